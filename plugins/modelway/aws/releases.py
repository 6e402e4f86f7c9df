"""Releases in the bucket, and what is noted of a version before it is one."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from semver import Version

from modelway import names
from modelway.aws import objects
from modelway.errors import ModelwayError, NotFound
from modelway.names import ModelId
from modelway.release import Release
from modelway.spec import ModelSpec, parse_spec
from modelway.versions import is_image, parse_image

RELEASE = "release.json"
RESERVATION = "reservation.json"


@dataclass(frozen=True)
class Shelf:
    """A model's versions in the bucket, lowest first."""

    taken: list[Version]
    released: list[Version]


def read_shelf(s3: Any, model: ModelId, *, bucket: str) -> Shelf:
    """The versions that somebody has reserved or released, and which of them are released."""
    prefix = names.releases_prefix(model)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [found["Key"].removeprefix(prefix).partition("/") for page in pages for found in page.get("Contents", [])]
    files = [(parse_image(folder), name) for folder, _, name in keys if is_image(folder)]
    taken = {version for version, _ in files}
    return Shelf(sorted(taken), sorted(version for version, name in files if name == RELEASE))


def read_note(s3: Any, model: ModelId, version: Version, *, bucket: str) -> dict[str, Any]:
    """What was written down when the version was reserved; empty for one that never was."""
    found: dict[str, Any] | None = objects.find_json(
        s3, bucket=bucket, key=names.release_key(model, version, RESERVATION)
    )
    return found or {}


def read_release(s3: Any, model: ModelId, version: Version, *, bucket: str) -> tuple[Release, ModelSpec]:
    """The release and its specification; NotFound names the versions that are there."""
    try:
        document = objects.read_json(s3, bucket=bucket, key=names.release_key(model, version, RELEASE))
    except NotFound as error:
        raise NotFound(f"{model} has no release {version}; {_known(s3, model, bucket)}") from error
    text = objects.read(s3, bucket=bucket, key=names.release_key(model, version, "model.toml")).decode()
    return _release(document, what=f"{model} {version}"), parse_spec(text)


def find_release(s3: Any, model: ModelId, version: Version, *, bucket: str) -> Release | None:
    """The release alone; None when that version is not released."""
    document = objects.find_json(s3, bucket=bucket, key=names.release_key(model, version, RELEASE))
    return _release(document, what=f"{model} {version}") if document else None


def _release(document: Any, *, what: str) -> Release:
    try:
        return Release.model_validate(document)
    except ValidationError as error:
        raise ModelwayError(f"release.json of {what} is damaged: {error}") from error


def _known(s3: Any, model: ModelId, bucket: str) -> str:
    versions = [str(version) for version in read_shelf(s3, model, bucket=bucket).released]
    return f"there are {', '.join(versions)}" if versions else "nothing of it was ever released"
