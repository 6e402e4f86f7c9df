"""Packs what a job leaves and unpacks what an endpoint serves: model.tar.gz."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING or sys.version_info >= (3, 12):
    import tarfile
else:  # before 3.11.4 the standard library has no extraction filters
    from backports import tarfile

MAX_FILES = 100_000
MAX_BYTES = 20 * 1024**3


class ArtefactError(Exception):
    """An archive is not a model artefact that can be unpacked safely."""


def pack(folder: Path, archive: Path) -> Path:
    """Pack the folder's content, paths relative to it."""
    with tarfile.open(archive, "w:gz", compresslevel=6) as file:
        for child in sorted(folder.iterdir()):
            file.add(child, arcname=child.name)
    return archive


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a model artefact; links and paths that leave the folder are refused, as are bombs."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(archive, "r:*") as file:
            _refuse_bombs(file)
            file.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise ArtefactError(f"the model artefact cannot be unpacked: {error}; it must be a tar.gz of files") from error


def _refuse_bombs(file: tarfile.TarFile) -> None:
    total = 0
    for number, member in enumerate(file, start=1):
        total += member.size
        if number > MAX_FILES or total > MAX_BYTES:
            raise ArtefactError(f"the model artefact has more than {MAX_FILES} files or {MAX_BYTES} bytes unpacked")
