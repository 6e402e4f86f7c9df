"""Unpacks an archive that a stranger has made: looked through as a whole before a byte of it is written."""

import shutil
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from modelway.errors import InputError, Refused

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
MAX_RATIO = 200
SMALL = 10 * 10**6  # a packed file of zeros is no harm
MAX_NAME = 255
MAX_PATH = 1024
ENCRYPTED = 0x1
END = 22  # bytes of the record at the end of an archive, which a comment may follow
MAX_COMMENT = 2**16
MAX_ENTRY = 46 + MAX_PATH + 512  # bytes of a member in the directory


@dataclass(frozen=True)
class Limits:
    """How many files an archive may hold, and of how many bytes together."""

    files: int
    unpacked: int


def unpack(archive: Path, folder: Path, *, limits: Limits) -> int:
    """Unpack into a new folder and return the number of files; Refused, with nothing written, for a wicked archive."""
    try:
        _require_short_directory(archive, limits=limits)
        with zipfile.ZipFile(archive) as opened:
            members = opened.infolist()
            _require_harmless(members, limits=limits)
            folder.mkdir()
            for member in members:
                _write(opened, member, folder=folder)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise InputError(f"the archive is damaged: {error}; run the job that made it again") from error
    return sum(not member.is_dir() for member in members)


def _require_short_directory(archive: Path, *, limits: Limits) -> None:
    """Zipfile reads the whole directory into memory, whatever number of members the archive admits to."""
    with archive.open("rb") as file:
        file.seek(max(0, archive.stat().st_size - END - MAX_COMMENT))
        tail = file.read()
    at = len(tail) - END if tail[-END : 4 - END] == b"PK\5\6" and tail.endswith(b"\0\0") else tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < END:
        raise zipfile.BadZipFile("it has no directory")
    (size,) = struct.unpack_from("<I", tail, at + 12)
    if size > limits.files * MAX_ENTRY or b"PK\6\7" in tail[max(0, at - 20) : at]:
        raise Refused(
            f"the archive has a directory of more than {limits.files} members; leave data out, or raise --max-files"
        )


def _require_harmless(members: list[zipfile.ZipInfo], *, limits: Limits) -> None:
    if len(members) > limits.files:
        raise Refused(f"the archive has {len(members)} members; leave data out, or raise --max-files ({limits.files})")
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked:
        raise Refused(
            f"the archive has {unpacked // 10**6} MB unpacked; leave data out, or raise --max-unpacked "
            f"({limits.unpacked // 10**6})"
        )
    packed = sum(member.compress_size for member in members)
    if unpacked > max(SMALL, MAX_RATIO * packed):
        raise Refused(f"the archive would grow from {packed} to {unpacked} bytes, as only a bomb does")
    for member in members:
        _require_ordinary(member)
    _require_apart(members)


def _require_ordinary(member: zipfile.ZipInfo) -> None:
    name, kind = member.orig_filename, stat.S_IFMT(member.external_attr >> 16)
    if fault := _fault(name):
        raise Refused(f"the archive has the member {ascii(name)[:200]}, which {fault}")
    if kind not in (0, stat.S_IFDIR if member.is_dir() else stat.S_IFREG):
        raise Refused(f"the archive has the member {name}, which is no ordinary file but a link, a device or the like")
    if member.flag_bits & ENCRYPTED or member.compress_type not in METHODS:
        raise Refused(f"the archive has the member {name}, which is encrypted or packed in an unusual way")


def _fault(name: str) -> str | None:
    parts = name.removesuffix("/").split("/")
    if any(unicodedata.category(one).startswith("C") or one in "\u2028\u2029" for one in name):
        return "holds control characters"
    if "\\" in name or name.startswith("/") or name[1:2] == ":":
        return "is no relative path"
    if any(part in ("", ".", "..") for part in parts):
        return "leads elsewhere"
    if any(part.casefold().rstrip(" .") == ".git" for part in parts):
        return "would make the sources a repository with settings of its own"
    if len(name.encode()) > MAX_PATH or any(len(part.encode()) > MAX_NAME for part in parts):
        return "is too long"
    return None


def _require_apart(members: Iterable[zipfile.ZipInfo]) -> None:
    """No name twice, and no file where another member needs a folder."""
    files: set[PurePosixPath] = set()
    folders: set[PurePosixPath] = set()
    for member in members:
        path = PurePosixPath(unicodedata.normalize("NFC", member.orig_filename))
        if path in files or (not member.is_dir() and path in folders) or not files.isdisjoint(path.parents):
            raise Refused(f"the archive has the member {member.orig_filename} twice, or as a file and a folder")
        (folders if member.is_dir() else files).add(path)
        folders.update(path.parents)


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, *, folder: Path) -> None:
    path = folder / member.orig_filename
    if member.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # zipfile gives no more bytes than the directory says, which were counted, and checks their sum.
    with opened.open(member) as packed, path.open("xb") as file:
        shutil.copyfileobj(packed, file)
    path.chmod(0o755 if member.external_attr >> 16 & 0o100 else 0o644)
