"""The ends of log files, and what is appended to them."""

import os
import time
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

BLOCK = 64 * 1024


def last_lines(path: Path, count: int) -> list[str]:
    """At most this many lines from the file's end (at most its last 64 kB); none where there is no file."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - BLOCK))
            return file.read().decode(errors="replace").splitlines()[-count:]
    except FileNotFoundError:
        return []


def follow(paths: Mapping[str, Path], *, pause: float = 0.2) -> Generator[tuple[str, str], None, None]:
    """Each line appended after this call, with its file's name, until the reader stops."""
    files: dict[str, BinaryIO | None] = {name: _at_end(path) for name, path in paths.items() if path.exists()}
    return _appended(paths, files, pause=pause)


def _appended(
    paths: Mapping[str, Path], files: dict[str, BinaryIO | None], *, pause: float
) -> Generator[tuple[str, str], None, None]:
    try:
        while True:
            for name, path in paths.items():
                files[name] = file = _same_or_rotated(path, files.get(name))
                yield from ((name, line) for line in _whole_lines(file))
            time.sleep(pause)
    finally:
        for open_file in filter(None, files.values()):
            open_file.close()


def _at_end(path: Path) -> BinaryIO:
    file = path.open("rb")
    file.seek(0, 2)
    return file


def _same_or_rotated(path: Path, file: BinaryIO | None) -> BinaryIO | None:
    if not path.exists() or (file is not None and _is(path, file)):
        return file
    if file is not None:
        file.close()
    return path.open("rb")


def _is(path: Path, file: BinaryIO) -> bool:
    return os.path.samestat(path.stat(), os.fstat(file.fileno()))


def _whole_lines(file: BinaryIO | None) -> Iterator[str]:
    while file is not None:
        place = file.tell()
        line = file.readline()
        if not line.endswith(b"\n"):
            file.seek(place)
            return
        yield line.decode(errors="replace").rstrip()
