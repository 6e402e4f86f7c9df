"""Who has which version: a log in the bucket that only grows, so that of many pipelines at once each gets its own.

The log's entries are numbered from 1 and written only where there is none yet; that write is what takes a version. The
entry is then told at two more places: beside the release to be, and by the digest of the sources. Before anybody adds
an entry, they tell the last one there; so a killed job's writes are made up for, and sources never get two versions.
"""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from semver import Version

from modelway import names
from modelway.aws import objects, releases
from modelway.errors import InvalidVersion, ModelwayError
from modelway.names import ModelId
from modelway.release import Reservation

MAX_ATTEMPTS = 200  # of as many pipelines at once, each attempt gives one its version

Choose = Callable[[Version | None], Version]


def find(s3: Any, model: ModelId, *, bucket: str, sources: str) -> Reservation | None:
    """The reservation of these sources, if they have one."""
    return _read(s3, bucket=bucket, key=names.sources_key(model, sources))


def reserve(
    s3: Any, model: ModelId, *, bucket: str, sources: str, note: Mapping[str, Any], choose: Choose
) -> Reservation:
    """The one reservation of these sources, made now unless there is one.

    `choose` gets the version that was reserved last, if any, and returns one above it.
    """
    number, last = _last(s3, model, bucket=bucket)
    if last:
        _tell(s3, model, last, bucket=bucket)
    if found := find(s3, model, bucket=bucket, sources=sources):
        return found
    for _ in range(MAX_ATTEMPTS):
        version = choose(last.number if last else None)
        ours = Reservation(**{**note, "version": str(version), "sources": sources})
        number += 1
        last = _added(s3, ours, bucket=bucket, key=names.reservation_key(model, number))
        _tell(s3, model, last, bucket=bucket)
        if last.sources == sources:
            return last
    raise ModelwayError(f"{MAX_ATTEMPTS} versions of {model} were taken by others meanwhile; run the job again")


def _added(s3: Any, ours: Reservation, *, bucket: str, key: str) -> Reservation:
    """Ours, or the one that was added there before; S3 may also turn down a write without another being there yet."""
    for _ in range(MAX_ATTEMPTS):
        if _write(s3, ours, bucket=bucket, key=key):
            return ours
        if found := _read(s3, bucket=bucket, key=key):
            return found
    raise ModelwayError(f"s3://{bucket}/{key} can be neither written nor read; run the job again")


def _last(s3: Any, model: ModelId, *, bucket: str) -> tuple[int, Reservation | None]:
    """The log's last entry and its number; 0 where there is none yet."""
    prefix = names.reservations_prefix(model)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
    if not keys:
        return 0, None
    return int(PurePosixPath(keys[-1]).stem), _read(s3, bucket=bucket, key=keys[-1])


def _tell(s3: Any, model: ModelId, entry: Reservation, *, bucket: str) -> None:
    """Tell it everywhere; by its sources last, so that who finds it there finds it everywhere."""
    if find(s3, model, bucket=bucket, sources=entry.sources):
        return
    _write(s3, entry, bucket=bucket, key=names.release_key(model, entry.number, releases.RESERVATION))
    _write(s3, entry, bucket=bucket, key=names.sources_key(model, entry.sources))


def _write(s3: Any, entry: Reservation, *, bucket: str, key: str) -> bool:
    return objects.write_new(s3, entry.model_dump_json().encode(), bucket=bucket, key=key)


def _read(s3: Any, *, bucket: str, key: str) -> Reservation | None:
    try:
        document = objects.find_json(s3, bucket=bucket, key=key)
        return None if document is None else Reservation.model_validate(document)
    except (ValueError, InvalidVersion) as error:
        raise ModelwayError(f"s3://{bucket}/{key} is damaged: {error}; put back what it was") from error
