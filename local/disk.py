"""The room on the disks that a platform writes to."""

import errno
import os
import shutil
import tempfile
from pathlib import Path

from local.errors import DiskFull, HomeUnwritable, PlatformError
from local.home import Home

# A first model's environment takes 250 MB, the logs of a long day 100 MB, Airflow's database and a small model 10 MB.
NEEDED_MB = 500
SPENT_MB = 20  # below this whatever fails is most likely the disk's fault
FULL = (errno.ENOSPC, errno.EDQUOT)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def free_megabytes(place: Path) -> int:
    """What this user may still write on the place's disk; the place itself need not exist yet."""
    return shutil.disk_usage(_existing(place)).free // 1_000_000


def check_room(home: Home) -> None:
    """Refuse to begin what would end half way."""
    free = free_megabytes(home.root)
    if free < NEEDED_MB:
        raise DiskFull(
            f"the disk of {home.root} has {free} MB free and a platform needs {NEEDED_MB} MB; "
            "make room there or name a folder on another disk with --home"
        )


def explained(error: PlatformError | OSError, *, home: Home) -> PlatformError | None:
    """The disk's part in an error: a full one shows as anything from a refused call to a dead process."""
    if isinstance(error, OSError) and error.errno in FORBIDDEN and error.filename:
        return HomeUnwritable(f"{error.filename} cannot be written ({error.strerror}); name another folder with --home")
    if isinstance(error, OSError) and error.errno in FULL:
        return _full(Path(os.fsdecode(error.filename or home.root)), what=error.strerror or "no space left")
    if isinstance(error, PlatformError) and not isinstance(error, DiskFull):
        for place in (home.root, Path(tempfile.gettempdir())):
            if free_megabytes(place) < SPENT_MB:
                return _full(place, what=str(error).partition("\n")[0].rstrip(":"), exit_code=error.exit_code)
    return None


def _full(place: Path, *, what: str, exit_code: int = 1) -> DiskFull:
    free = free_megabytes(place)
    said = f"the disk of {place} is full ({free} MB free): {what}"
    return DiskFull(f"{said}; make room there and run the same command again", exit_code=exit_code)


def _existing(place: Path) -> Path:
    return next(path for path in (place, *place.parents) if path.exists())
