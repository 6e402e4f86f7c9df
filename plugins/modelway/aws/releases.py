"""Releases in the bucket: reserve a version, publish it, read it."""

import json
from typing import Any

from pydantic import ValidationError
from semver import Version

from modelway import names
from modelway.aws import objects
from modelway.errors import ModelwayError, NotFound
from modelway.names import ModelId
from modelway.release import Release
from modelway.spec import ModelSpec, parse_spec
from modelway.versions import is_image, next_patch

MAX_ATTEMPTS = 20


def taken_versions(s3: Any, model: ModelId, *, bucket: str) -> list[Version]:
    """The versions that somebody has reserved or released, lowest first."""
    prefix = names.releases_prefix(model)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, Delimiter="/")
    folders = [entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", [])]
    names_found = [folder.removeprefix(prefix).rstrip("/") for folder in folders]
    return sorted(Version.parse(name) for name in names_found if is_image(name))


def reserve_next(s3: Any, model: ModelId, *, bucket: str, note: dict[str, str]) -> Version:
    """Take the next free version for good: of two pipelines at once, each gets its own."""
    version = next_patch(taken_versions(s3, model, bucket=bucket))
    for _ in range(MAX_ATTEMPTS):
        key = names.release_key(model, version, "reservation.json")
        if objects.write_new(s3, json.dumps(note).encode(), bucket=bucket, key=key):
            return version
        version = version.bump_patch()
    raise ModelwayError(f"{MAX_ATTEMPTS} versions of {model} up to {version} were taken by others; run the job again")


def read_release(s3: Any, model: ModelId, version: Version, *, bucket: str) -> tuple[Release, ModelSpec]:
    """The release and its specification; NotFound names the versions that are there."""
    try:
        document = objects.read_json(s3, bucket=bucket, key=names.release_key(model, version, "release.json"))
    except NotFound as error:
        raise NotFound(f"{model} has no release {version}; {_known(s3, model, bucket)}") from error
    text = objects.read(s3, bucket=bucket, key=names.release_key(model, version, "model.toml")).decode()
    try:
        return Release.model_validate(document), parse_spec(text)
    except ValidationError as error:
        raise ModelwayError(f"release.json of {model} {version} is damaged: {error}") from error


def _known(s3: Any, model: ModelId, bucket: str) -> str:
    versions = [str(version) for version in taken_versions(s3, model, bucket=bucket)]
    return f"there are {', '.join(versions)}" if versions else "nothing of it was ever pushed"
