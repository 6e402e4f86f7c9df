"""A model's archive is unpacked without trusting it."""

import io
import tarfile
from pathlib import Path

import pytest

from modelway_runtime.errors import EvaluationError
from modelway_runtime.evaluation.archive import Limits, unpack


class Zeros(io.RawIOBase):
    """As many zero bytes as are asked for."""

    def read(self, size: int = -1) -> bytes:
        return bytes(size)


def packed(folder: Path, *members: tarfile.TarInfo) -> Path:
    path = folder / "model.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as tar:
        for member in members:
            tar.addfile(member, Zeros())
    return path


def member(name: str, *, size: int = 0, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    if link:
        info.type, info.linkname = tarfile.SYMTYPE, link
    return info


def test_files_come_out_where_they_were(tmp_path: Path) -> None:
    unpack(packed(tmp_path, member("weights/a", size=3)), into=tmp_path / "out")
    assert (tmp_path / "out" / "weights" / "a").read_bytes() == bytes(3)


@pytest.mark.parametrize("evil", [member("../escaped"), member("inside", link="/etc/passwd")])
def test_nothing_reaches_outside(tmp_path: Path, evil: tarfile.TarInfo) -> None:
    with pytest.raises(EvaluationError, match="cannot be unpacked"):
        unpack(packed(tmp_path, evil), into=tmp_path / "out")
    assert not (tmp_path / "escaped").exists()


@pytest.mark.parametrize(
    ("limits", "last"),
    [
        (Limits(members=2), "c"),
        (Limits(bytes=150_000), "b"),
        (Limits(ratio=20, ratio_from=0), "a"),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_written(tmp_path: Path, limits: Limits, last: str) -> None:
    archive = packed(tmp_path, *(member(name, size=100_000) for name in "abc"))
    with pytest.raises(EvaluationError, match=f"refused at '{last}'"):
        unpack(archive, into=tmp_path / "out", limits=limits)
    assert not (tmp_path / "out" / last).exists()


def test_an_archive_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.tar.gz").write_text("no archive")
    with pytest.raises(EvaluationError, match=r"model\.tar\.gz cannot be unpacked"):
        unpack(tmp_path / "model.tar.gz", into=tmp_path / "out")
    with pytest.raises(EvaluationError, match="is not there; the job's input named 'model' brings it"):
        unpack(tmp_path / "missing.tar.gz", into=tmp_path / "out")
