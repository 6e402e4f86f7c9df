"""`publish`: the release, which everything after the push reads."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from ci import cloud, digest, git, options, push, released
from ci.pipeline import Pipeline
from ci.push import Push
from ci.source import read_spec
from modelway import names
from modelway.aws import objects, releases
from modelway.errors import InputError, Refused
from modelway.names import ModelId
from modelway.release import Person, Release


@click.command("publish")
@options.source
@options.env_file
@options.bucket
@options.version
@options.push
@options.carried("--image", variable="IMAGE", words="The image with its digest, as `image` leaves it.")
def command(source: Path, env_file: Path, bucket: str, version: str, push_file: Path, image: str) -> None:
    """Write model.toml and release.json, once for all."""
    release, pushed = describe(source, model=read_spec(source).id, version=version, image=image), push.find(push_file)
    with cloud.connected() as session:
        s3 = session.client("s3")
        if is_published(s3, release, bucket=bucket):
            click.echo(f"nothing to publish: {release.id} {release.version} is already released from these sources")
            return
        release = release.model_copy(update={"pushed_by": pushers(s3, release, bucket=bucket, pushed=pushed)})
        publish(s3, release, bucket=bucket, toml=(source / "model.toml").read_bytes())
    click.echo(f"{release.id} {release.version} is published with {release.image}")


def is_published(s3: Any, release: Release, *, bucket: str) -> bool:
    """Whether this is released already; Refused for a version that is of other sources."""
    where = {"bucket": bucket, "sources": str(release.sources)}
    there = released.find_same(s3, release.id, release.number, **where)
    if there is None:
        released.require_reserved(s3, release.id, release.number, **where)
        return False
    return there.image == release.image


def pushers(s3: Any, release: Release, *, bucket: str, pushed: Push | None) -> tuple[Person, ...]:
    """Return who brought these sources first, and who brings them now to finish what the first had begun."""
    first = releases.read_note(s3, release.id, release.number, bucket=bucket).get("pushed_by")
    people = [Person.model_validate(first)] if first else []
    if pushed and pushed.person.id not in {person.id for person in people}:
        people.append(pushed.person)
    return tuple(people)


def describe(source: Path, *, model: ModelId, version: str, image: str) -> Release:
    """Return the release of the sources as they are now."""
    if f"/{model.repository}@" not in image:
        raise InputError(f"image {image!r} is not of {model}; pass what `image` wrote for this model")
    try:
        return Release(
            project=model.project,
            model=model.model,
            version=version,
            image=image,
            sources=digest.of_sources(source),
            commit=git.commit(source) or Pipeline.current().commit,
            author=git.author(source),
            pipeline_url=Pipeline.current().url,
            created_at=datetime.now(UTC),
        )
    except ValidationError as error:
        raise InputError(f"image {image!r} names no digest; pass repository@sha256:…, as `image` wrote it") from error


def publish(s3: Any, release: Release, *, bucket: str, toml: bytes) -> None:
    """Write both files unless they are there with the same content; release.json last, since it makes the release."""
    toml_key = names.release_key(release.id, release.number, "model.toml")
    if not objects.write_new(s3, toml, bucket=bucket, key=toml_key, content_type="application/toml"):
        _refuse_other(objects.read(s3, bucket=bucket, key=toml_key), toml, key=toml_key)
    key = names.release_key(release.id, release.number, "release.json")
    if not objects.write_new(s3, release.model_dump_json().encode(), bucket=bucket, key=key):
        there = Release.model_validate(objects.read_json(s3, bucket=bucket, key=key))
        _refuse_other(there.content, release.content, key=key)


def _refuse_other(there: object, ours: object, *, key: str) -> None:
    if there != ours:
        raise Refused(f"{key} is there with other content; a release never changes: reserve the next with `version`")
