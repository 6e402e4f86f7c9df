"""S3 objects whose bytes lie in files: memory stays small, a kill loses nothing, the saved state stays quick."""

import hashlib
import tempfile
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar, Self
from uuid import uuid4

from moto.s3 import models
from moto.s3.models import FakeDeleteMarker, FakeKey, FakeMultipart, s3_backends


class ObjectFolder:
    """The folder of the objects' bytes; a file is written once and never changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.claimed: set[str] = set()
        self.discarded: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, content: bytes) -> str:
        """Keep the bytes; return the name to read them by."""
        name = uuid4().hex
        (self.folder / name).write_bytes(content)
        return name

    def read(self, name: str) -> bytes:
        """The bytes of that name."""
        return (self.folder / name).read_bytes()

    def claim(self, name: str) -> None:
        """Note that the loaded state names the bytes."""
        self.claimed.add(name)

    def discard(self, name: str) -> None:
        """Note that an object is gone; its bytes stay until a state without it is saved."""
        self.discarded.add(name)

    def take_discarded(self) -> set[str]:
        """What was discarded since the last time."""
        taken, self.discarded = self.discarded, set()
        return taken

    def remove(self, names: Iterable[str]) -> None:
        """Remove the bytes for good."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)

    def remove_unclaimed(self) -> None:
        """Remove what a kill left behind: bytes that no loaded state names."""
        self.remove({path.name for path in self.folder.iterdir()} - self.claimed)


class StoredKey(FakeKey):
    """moto's S3 object with its bytes in a file."""

    folder: ClassVar[ObjectFolder]  # moto makes keys deep inside: there is no argument to pass it through
    stored_as: str

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Skip moto's list of all instances, which would hold every object for ever."""
        return object.__new__(cls)

    @property
    def value(self) -> bytes:
        """The object's bytes."""
        return self.folder.read(self.stored_as)

    @value.setter
    def value(self, new_value: bytes) -> None:
        self.stored_as = self.folder.write(new_value)
        self.contentsize = len(new_value)
        self._etag = self._etag or hashlib.md5(new_value, usedforsecurity=False).hexdigest()

    def __getstate__(self) -> dict[str, Any]:
        """All but what lives in this process only."""
        return {name: value for name, value in vars(self).items() if name not in ("_value_buffer", "lock")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Name the same bytes again."""
        vars(self).update(state)
        self._value_buffer = tempfile.SpooledTemporaryFile()  # noqa: SIM115 - moto closes it in dispose
        self.lock = threading.Lock()
        self.folder.claim(self.stored_as)

    def dispose(self, garbage: bool = False) -> None:
        """Let the bytes go."""
        super().dispose(garbage=garbage)
        self.folder.discard(self.stored_as)

    def __del__(self) -> None:
        """Leave the bytes alone: moto makes copies of keys that name the same bytes."""


class DisposableMarker(FakeDeleteMarker):
    """moto's delete marker, which moto itself disposes of like an object, without its being able to."""

    def dispose(self) -> None:
        """Nothing to let go."""


class PartwiseUpload(FakeMultipart):
    """moto's multipart upload with the checksum of checksums marked as such.

    moto leaves out the number of parts, so SDKs compare it with the whole object's checksum and refuse to read the
    object. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
    """

    def complete(self, body: Iterator[tuple[int, str]]) -> tuple[bytes, str, str | None]:
        """The whole object, its ETag and its checksum."""
        content, etag, checksum = super().complete(body)
        parts = etag.rpartition("-")[2]
        return content, etag, f"{checksum}-{parts}" if checksum else None


def claim_bucket_names() -> None:
    """Note whose the loaded buckets are: moto keeps it beside its state, and would make a known bucket again, empty."""
    for account, partition, backend in s3_backends.iter_backends():
        for name in vars(backend)["buckets"]:
            s3_backends.bucket_accounts[name] = (partition, account)


def store_objects_in(folder: ObjectFolder) -> None:
    """Make moto's S3 keep the bytes of its objects in the folder."""
    StoredKey.folder = folder
    models.FakeKey = StoredKey  # type: ignore[misc]  # moto makes its keys by this name
    models.FakeDeleteMarker = DisposableMarker  # type: ignore[misc]  # its markers by this one
    models.FakeMultipart = PartwiseUpload  # type: ignore[misc]  # and its uploads by this one
