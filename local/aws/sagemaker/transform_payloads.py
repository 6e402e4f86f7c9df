"""Cuts an input object of a transform job into what is posted, and puts the answers together again."""

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

from local.aws.sagemaker.transform_settings import TransformSettings


class PayloadError(Exception):
    """An object cannot be cut as the job asks; the message is for the job's log."""


def payloads(file: Path, settings: TransformSettings) -> Iterator[bytes]:
    """The bodies of the requests for one object; raises PayloadError where one is above the limit."""
    if not settings.by_line:
        yield _bounded(_content(file, settings), settings.max_bytes)
        return
    records = _records(file, settings)
    yield from records if settings.one_by_one else _batches(records, settings.max_bytes)


def assembled(answer: bytes, settings: TransformSettings) -> bytes:
    """An answer as it stands in the output."""
    return answer + b"\n" if settings.line_after_each and not answer.endswith(b"\n") else answer


def _content(file: Path, settings: TransformSettings) -> bytes:
    content = file.read_bytes()
    try:
        return gzip.decompress(content) if settings.gzipped else content
    except (OSError, EOFError) as error:
        raise PayloadError(f"it is not gzip: {error}") from error


def _records(file: Path, settings: TransformSettings) -> Iterator[bytes]:
    """The lines without their ends."""
    try:
        with gzip.open(file) if settings.gzipped else file.open("rb") as lines:
            for line in lines:
                yield _bounded(line.removesuffix(b"\n"), settings.max_bytes)
    except (OSError, EOFError) as error:
        raise PayloadError(f"it cannot be read: {error}") from error


def _batches(records: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """As many records as one payload holds."""
    batch: list[bytes] = []
    size = 0
    for record in records:
        size += len(record) + bool(batch)
        if batch and size > limit:
            yield b"\n".join(batch)
            batch, size = [], len(record)
        batch.append(record)
    if batch:
        yield b"\n".join(batch)


def _bounded(payload: bytes, limit: int) -> bytes:
    if len(payload) > limit:
        raise PayloadError(f"a payload of {len(payload)} bytes is above the limit of {limit}; raise MaxPayloadInMB")
    return payload
