"""Unpacks model.tar.gz without trusting it: it may come from anywhere."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from modelway_runtime.errors import EvaluationError

if TYPE_CHECKING or sys.version_info >= (3, 12):
    import tarfile
else:  # before 3.11.4 the standard library has no extraction filters
    from backports import tarfile


@dataclass(frozen=True)
class Limits:
    """What a model may unpack to; the ratio is only asked of more than `ratio_from` bytes."""

    members: int = 100_000
    bytes: int = 64 * 1024**3
    ratio: int = 200
    ratio_from: int = 256 * 1024**2

    def allow(self, *, members: int, unpacked: int, packed: int) -> bool:
        """Whether that many files and bytes may come out of that many packed bytes."""
        bomb = unpacked > self.ratio_from and unpacked > self.ratio * packed
        return members <= self.members and unpacked <= self.bytes and not bomb


LIMITS = Limits()


def unpack(archive: Path, *, into: Path, limits: Limits = LIMITS) -> None:
    """Unpack into a folder; whatever points outside of it, or is too large, is refused."""
    if not archive.is_file():
        raise EvaluationError(f"{archive} is not there; the job's input named 'model' brings it")
    try:
        with tarfile.open(archive, "r:*") as tar:
            members = _within(limits, tar, packed=archive.stat().st_size)
            # The filter keeps out absolute paths, links to the outside and devices (PEP 706).
            tar.extractall(into, members=members, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise EvaluationError(f"{archive} cannot be unpacked: {error}") from error


def _within(limits: Limits, tar: tarfile.TarFile, *, packed: int) -> Iterator[tarfile.TarInfo]:
    unpacked = 0
    for count, member in enumerate(tar, start=1):
        unpacked += member.size
        if not limits.allow(members=count, unpacked=unpacked, packed=packed):
            raise EvaluationError(
                f"the model's archive is refused at {member.name!r}: {count} files, {unpacked} bytes from {packed}; "
                f"at most {limits.members} files, {limits.bytes} bytes and {limits.ratio} times its size"
            )
        yield member
