"""Layers of an image, the same bytes for the same files."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ci.digest import is_program

TAR_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"
LOCK = "application/vnd.modelway.lock.v1"
CONFIG = "application/vnd.oci.image.config.v1+json"


@dataclass(frozen=True)
class Blob:
    """Bytes that an image consists of; the digest of what they unpack to is the diff id."""

    media_type: str
    content: bytes
    diff_id: str

    @property
    def digest(self) -> str:
        """Their name in every registry and bucket."""
        return sha256(self.content)


def sha256(content: bytes) -> str:
    """Return the digest in the way registries write it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def plain(media_type: str, content: bytes) -> Blob:
    """Return bytes that are not packed."""
    return Blob(media_type, content, diff_id=sha256(content))


def packed(files: Mapping[PurePosixPath, Path]) -> Blob:
    """Return a layer of the files, by their paths in the image."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, file in sorted(files.items()):
            _add(tar, path, file=file)
    content = gzip.compress(archive.getvalue(), mtime=0)
    return Blob(TAR_GZIP, content, diff_id=sha256(archive.getvalue()))


def _add(tar: tarfile.TarFile, path: PurePosixPath, *, file: Path) -> None:
    content = file.read_bytes()
    entry = tarfile.TarInfo(str(path))  # time, owner and group are 0 by themselves
    entry.size = len(content)
    entry.mode = 0o755 if is_program(file) else 0o644
    tar.addfile(entry, io.BytesIO(content))
