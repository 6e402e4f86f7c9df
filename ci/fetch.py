"""`fetch`: the sources of the model repository whose pipeline started this one."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path

import click

from ci import admission, options, push, upstream
from ci.artifacts import Artifacts
from ci.clone import Clone
from ci.push import Push
from ci.repetition import Repetition, repeated
from ci.unpack import Limits, unpack
from modelway.errors import InputError, ModelwayError, Refused

MB = 10**6
Accept = Callable[[Path], None]  # raises for sources that must not be brought


class Way(StrEnum):
    """The choices of `--from`."""

    GIT = "git"
    ARTIFACTS = "artifacts"


@click.command("fetch")
@click.option(
    "--from",
    "way",
    type=click.Choice([way.value for way in Way]),
    default=Way.GIT.value,
    show_default=True,
    help="By git with CI_JOB_TOKEN, or a job's artifacts with ACCESS_TOKEN.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=Path("model"),
    show_default=True,
    help="The folder to make; it must not hold anything yet.",
)
@options.register
@options.push
@click.option(
    "--model-path",
    envvar="MODEL_PATH",
    show_envvar=True,
    default=".",
    show_default=True,
    help="With --models: where in the repository the model lies.",
)
@click.option("--server", envvar="CI_SERVER_URL", show_envvar=True, default="", help="GitLab's address.")
@click.option("--project-path", envvar="UPSTREAM_PROJECT_PATH", show_envvar=True, default="", help="For git.")
@click.option("--commit", envvar="UPSTREAM_SHA", show_envvar=True, default="", help="For git.")
@click.option("--project-id", envvar="UPSTREAM_PROJECT_ID", show_envvar=True, default="", help="For artifacts.")
@click.option("--job", envvar="UPSTREAM_JOB_ID", show_envvar=True, default="", help="For artifacts.")
@click.option("--max-download", type=click.IntRange(1), default=500, show_default=True, help="MB of the archive.")
@click.option("--max-unpacked", type=click.IntRange(1), default=2000, show_default=True, help="MB of its files.")
@click.option("--max-files", type=click.IntRange(1, 65_535), default=10_000, show_default=True, help="Its files.")
@click.option("--attempts", type=click.IntRange(1), default=5, show_default=True, help="How often to try.")
@click.option(
    "--pause", type=click.FloatRange(0), default=1.0, show_default=True, help="Seconds before the second attempt."
)
def command(
    way: str,
    into: Path,
    register: Path | None,
    push_file: Path,
    model_path: str,
    server: str,
    project_path: str,
    commit: str,
    project_id: str,
    job: str,
    max_download: int,
    max_unpacked: int,
    max_files: int,
    attempts: int,
    pause: float,
) -> None:
    """Bring the sources of the model repository whose pipeline started this one.

    Tokens are read from the environment only: CI_JOB_TOKEN, which every job has, or ACCESS_TOKEN. With --models,
    project, commit and job are those that UPSTREAM_ID_TOKEN proves, and the model has to be the project's own. What it
    proves is left for later jobs, when it has expired.
    """
    accept: Accept = anything
    proven: Push | None = None
    if register:
        admitted = admission.admit(register, os.environ.get("UPSTREAM_ID_TOKEN", ""))
        server, project_path, commit = admitted.server, admitted.job.project_path, admitted.job.sha
        project_id, job = str(admitted.job.project_id), str(admitted.job.job_id)
        accept = partial(admitted.require_model, path=model_path)
        proven = Push.of(admitted.job)
    address, how = upstream.server(server), Repetition(attempts, pause)
    if way == Way.GIT:
        token = upstream.token(os.environ.get("CI_JOB_TOKEN", ""), variable="CI_JOB_TOKEN")
        clone = Clone(address, upstream.project_path(project_path), upstream.commit(commit), token)
        fetch_commit(clone, into=into, how=how, accept=accept)
    else:
        artifacts = artifacts_of(address, project_id, job)
        limits = Limits(files=max_files, unpacked=max_unpacked * MB)
        fetch_artifacts(artifacts, into=into, how=how, download=max_download * MB, limits=limits, accept=accept)
    if proven:
        push.leave(push_file, proven)


def anything(folder: Path) -> None:
    """Accept whatever the folder holds."""


def fetch_commit(clone: Clone, *, into: Path, how: Repetition, accept: Accept = anything) -> None:
    """Bring the commit's files and the history."""
    with new_folder(into) as folder:
        repeated(lambda: clone.into(folder), how=how, say=_say)
        accept(folder)
    click.echo(f"{into} has {clone.path} at {clone.commit}")


def artifacts_of(server: str, project: str, job: str) -> Artifacts:
    """Return the artifacts that the pipeline was told of."""
    token = upstream.token(os.environ.get("ACCESS_TOKEN", ""), variable="ACCESS_TOKEN")
    if not token:
        raise InputError("ACCESS_TOKEN is not set; give the job a project access token, or fetch with `--from git`")
    return Artifacts(
        server,
        project=upstream.number(project, variable="UPSTREAM_PROJECT_ID", source="$CI_PROJECT_ID"),
        job=upstream.number(job, variable="UPSTREAM_JOB_ID", source="$CI_JOB_ID of the job with the artifacts"),
        token=token,
        authority=os.environ.get("CI_SERVER_TLS_CA_FILE", ""),
    )


def fetch_artifacts(
    artifacts: Artifacts, *, into: Path, how: Repetition, download: int, limits: Limits, accept: Accept = anything
) -> None:
    """Bring the files of the archive, all or none."""
    with new_folder(into) as folder:
        archive = folder.with_name("archive.zip")
        repeated(lambda: artifacts.into(archive, limit=download), how=how, say=_say)
        count = unpack(archive, folder, limits=limits)
        accept(folder)
    click.echo(f"{into} has the {count} files of {artifacts}")


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a folder beside the target, yet to be made, that takes its place at a good end and vanishes at a bad one."""
    try:
        if target.exists() and not (target.is_dir() and not any(target.iterdir())):
            raise Refused(f"{target} is there and not an empty folder; remove it, or name another by --into")
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=target.parent) as beside:
            folder = Path(beside) / "sources"
            yield folder
            folder.rename(target)
    except OSError as error:
        raise ModelwayError(f"{target} cannot be written: {error}; make room or choose another folder") from error


def _say(words: str) -> None:
    click.echo(words, err=True)
