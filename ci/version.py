"""`version`: the number that these sources have for good."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from ci import cloud, digest, envfile, git, options, push
from ci.numbering import numbering
from ci.pipeline import Pipeline
from ci.push import Push
from ci.source import read_spec
from modelway.aws import releases, reservations
from modelway.names import ModelId
from modelway.release import Release, Reservation
from modelway.versions import Bump


class Sources(StrEnum):
    """What the pipelines before this one have made of the same sources."""

    NEW = "new"
    RESUMED = "resumed"  # a version was reserved and not released
    RELEASED = "released"


@click.command("version")
@options.source
@options.env_file
@options.bucket
@options.push
@click.option(
    "--bump",
    type=click.Choice([bump.value for bump in Bump]),
    envvar="VERSION_BUMP",
    show_envvar=True,
    help="Which number to raise, whatever the commits say.",
)
def command(source: Path, env_file: Path, bucket: str, push_file: Path, bump: str | None) -> None:
    """Reserve the next version for these sources, or tell the one that they have.

    Conventional commits since the last version decide which number is raised. The version is above all that git's tags,
    ECR's tags and the bucket hold.
    """
    model, job = read_spec(source).id, Pipeline.current().job
    pushed, chosen = push.find(push_file), Bump(bump) if bump else None
    with cloud.connected() as session:
        s3, ecr = session.client("s3"), session.client("ecr")
        found = reserve(source, model, ecr=ecr, s3=s3, bucket=bucket, bump=chosen, job=job, pushed=pushed)
        release = releases.find_release(s3, model, found.number, bucket=bucket)
    if bump and found.job != job:
        click.echo(f"--bump {bump} changes nothing: these sources have {found.version} already", err=True)
    leave(env_file, model, found, job=job, release=release)


def reserve(
    source: Path,
    model: ModelId,
    *,
    ecr: Any,
    s3: Any,
    bucket: str,
    job: str,
    bump: Bump | None = None,
    pushed: Push | None = None,
) -> Reservation:
    """Return the reservation of these sources, of this job or of one before it."""
    sources = digest.of_sources(source)
    if found := reservations.find(s3, model, bucket=bucket, sources=sources):
        return found
    numbers = numbering(source, model, ecr=ecr, s3=s3, bucket=bucket, bump=bump)
    note = note_of(source, job=job, reason=numbers.reason, pushed=pushed)
    return reservations.reserve(s3, model, bucket=bucket, sources=sources, note=note, choose=numbers.after)


def note_of(source: Path, *, job: str, reason: str, pushed: Push | None) -> dict[str, Any]:
    """Return what a reservation tells beside version and sources."""
    time = datetime.now(UTC).isoformat(timespec="seconds")
    commit = git.commit(source) or Pipeline.current().commit
    by = pushed.person if pushed else None
    return {"commit": commit, "job": job, "time": time, "reason": reason, "pushed_by": by}


def leave(env_file: Path, model: ModelId, found: Reservation, *, job: str, release: Release | None) -> None:
    """Leave the version for the next job and say what is left to do for it."""
    values = {"MODEL_PROJECT": model.project, "MODEL_NAME": model.model, "MODEL_VERSION": found.version}
    if release:
        envfile.append(env_file, **values, MODEL_SOURCES=Sources.RELEASED, IMAGE=release.image)
        click.echo(f"{model} {found.version} is already released from these sources; nothing to build")
    elif found.job == job:
        envfile.append(env_file, **values, MODEL_SOURCES=Sources.NEW)
        click.echo(f"{model} will be {found.version} ({found.reason})")
    else:
        envfile.append(env_file, **values, MODEL_SOURCES=Sources.RESUMED)
        click.echo(f"{model} will be {found.version}, which job {found.job} reserved for these sources at {found.time}")
