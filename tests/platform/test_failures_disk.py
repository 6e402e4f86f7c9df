"""A disk that is full: told before the start and on the way, and nothing is lost."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.disk import NEEDED_MB, explained
from local.errors import DiskFull, HomeUnwritable, PortTaken, StepFailed
from local.home import Home
from local.record import write_record
from tests.platform.desk import REPOSITORY, clean_environment
from tests.platform.small_disk import SmallDisk, small_disk
from tests.sockets import free_port, listens, wait_for

pytestmark = pytest.mark.server


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """One of 40 MB."""
    with small_disk(tmp_path / "disk", size="40m") as disk:
        yield disk


def test_a_platform_is_not_begun_on_a_disk_that_it_would_fill(disk: SmallDisk) -> None:
    refused = disk.run("up", "--home", str(disk.place / "home"))
    assert refused.returncode == 1
    (words,) = refused.stderr.splitlines()
    assert words.startswith(f"modelway: the disk of {disk.place}/home has ")
    assert f"MB free and a platform needs {NEEDED_MB} MB; make room there" in words


def test_a_full_disk_is_named_and_a_record_stays_what_it_was(disk: SmallDisk) -> None:
    home = disk.place / "home"
    record = disk.seen(home / "platform.json")
    disk.run("up", "--home", str(home))
    known = record.read_bytes()
    disk.seen(home / "supervisor" / "keys.json").unlink()
    disk.fill()
    refused = disk.run("up", "--home", str(home))
    assert refused.returncode == 1
    (words,) = refused.stderr.splitlines()
    assert words.startswith(f"modelway: the disk of {home}")
    assert "is full (0 MB free): No space left on device; make room there" in words
    assert record.read_bytes() == known
    assert list(record.parent.rglob(".*")) == []


def test_a_record_on_a_full_disk_stays_the_old_one_without_a_draft(disk: SmallDisk) -> None:
    path = disk.seen(disk.place / "record.json")
    write_record(path, {"version": 1})
    disk.fill()
    with pytest.raises(OSError, match="No space left"):
        write_record(path, {"version": 2, "more": "x" * 100_000})
    assert json.loads(path.read_text()) == {"version": 1}
    assert {found.name for found in path.parent.iterdir()} == {"record.json", "ballast"}


@contextmanager
def local_aws(disk: SmallDisk, home: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The local AWS alone, with its state on the disk."""
    command = disk.command(sys.executable, "-m", "local.aws", "--home", str(home), "--port", str(port))
    with subprocess.Popen(command, cwd=REPOSITORY, env=clean_environment(), stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(lambda: listens(port), what="the local AWS")
            yield process
        finally:
            process.kill()


def _s3(port: int) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="eu-west-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_the_local_aws_keeps_what_it_had_and_says_what_it_cannot_take(disk: SmallDisk) -> None:
    home, port = disk.place / "home", free_port()
    with local_aws(disk, home, port) as process:
        s3 = _s3(port)
        s3.create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_object(Bucket="kept", Key="before", Body=b"before")
        state = disk.seen(home / "aws" / "state" / "s3.state")
        wait_for(lambda: state.exists() and b"before" in state.read_bytes(), what="the first saved state")
        disk.fill()
        with pytest.raises(ClientError, match="No space left on device"):
            s3.put_object(Bucket="kept", Key="during", Body=bytes(1_000_000))
        disk.relieve()
        s3.put_object(Bucket="kept", Key="after", Body=b"after")
        wait_for(lambda: b"after" in state.read_bytes(), what="the next saved state")
        process.send_signal(signal.SIGKILL)
    with local_aws(disk, home, port):
        s3 = _s3(port)
        kept = {item["Key"]: s3.get_object(Bucket="kept", Key=item["Key"])["Body"].read() for item in _keys(s3)}
        assert kept == {"before": b"before", "after": b"after"}


def _keys(s3: Any) -> list[Any]:
    listed: list[Any] = s3.list_objects_v2(Bucket="kept")["Contents"]
    return listed


def test_whatever_fails_beside_a_full_disk_is_the_disk_s_fault(disk: SmallDisk) -> None:
    home = Home(disk.seen(disk.place))
    failed = StepFailed("python -m ci image failed with 3", exit_code=3)
    assert explained(failed, home=home) is None
    disk.fill()
    told = explained(failed, home=home)
    assert isinstance(told, DiskFull)
    assert told.exit_code == 3
    assert "is full (0 MB free): python -m ci image failed with 3; make room there" in str(told)


def test_a_folder_that_may_not_be_written_is_named_with_the_remedy(tmp_path: Path) -> None:
    told = explained(PermissionError(13, "Permission denied", "/etc/modelway"), home=Home(tmp_path))
    assert isinstance(told, HomeUnwritable)
    assert str(told) == "/etc/modelway cannot be written (Permission denied); name another folder with --home"


def test_a_disk_with_room_is_nobody_s_fault(tmp_path: Path) -> None:
    assert explained(PortTaken("port 1"), home=Home(tmp_path)) is None
    assert explained(BrokenPipeError(32, "Broken pipe"), home=Home(tmp_path)) is None
