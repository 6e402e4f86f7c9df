"""What SIGKILL, a reboot or a torn file leaves is told, mended by a start and cleaned by `down`."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from local.supervisor import Supervisor
from tests.platform.desk import Desk, processes_of
from tests.platform.light import answering, light_platform, start_light
from tests.sockets import wait_for

pytestmark = pytest.mark.server

SLEEP = "import time; print('up', flush=True); time.sleep(600)"


@pytest.mark.parametrize("name", ["aws", "inbox"])
def test_a_killed_part_is_started_again_once(desk: Desk, name: str) -> None:
    with light_platform(desk.home) as platform:
        killed = _pid(Supervisor(platform), name)
        psutil.Process(killed).kill()
        wait_for(lambda: _pid(Supervisor(platform), name) not in (0, killed), what=f"another {name}")
        wait_for(lambda: answering(platform), what="its answers")
        of_its_kind = [each for each in processes_of(desk.home) if f"local.{name}" in each.cmdline()]
        assert [each.pid for each in of_its_kind] == [_pid(Supervisor(platform), name)]


def _pid(supervisor: Supervisor, name: str) -> int:
    return next((process.pid for process in supervisor.processes() if process.name == name), 0)


def test_a_killed_supervisord_takes_all_along_and_the_next_start_finds_its_place_free(desk: Desk) -> None:
    with light_platform(desk.home) as platform:
        psutil.Process(Supervisor(platform).pid()).kill()
        wait_for(lambda: processes_of(desk.home) == [], what="the end of all processes")
        told = desk.run("status")
        assert (told.returncode, told.stdout) == (2, "")
        assert told.stderr.startswith(f"modelway: no platform runs in {desk.home}; start it with `python -m local up ")
        start_light(platform)
        assert len(Supervisor(platform).processes()) == 2
        assert "3 processes ended" in desk.run("down").stdout


def test_what_outlived_its_supervisord_is_told_and_cleaned(desk: Desk) -> None:
    with light_platform(desk.home) as platform:
        psutil.Process(Supervisor(platform).pid()).kill()
        wait_for(lambda: processes_of(desk.home) == [], what="the end of all processes")
        marked = os.environ | {"MODELWAY_PLATFORM": platform.identity.id}
        with subprocess.Popen([sys.executable, "-c", SLEEP], env=marked, stdout=subprocess.PIPE) as orphan:
            assert orphan.stdout is not None
            assert orphan.stdout.readline() == b"up\n"
            told = desk.run("status")
            assert told.returncode == 2
            assert f"the platform in {desk.home} was killed and 1 of its processes are left;" in told.stderr
            assert f"`python -m local down --home {desk.home}` cleans up" in told.stderr
            assert "1 processes ended" in desk.run("down").stdout
            assert orphan.wait(10) != 0


def test_a_stale_pid_file_names_nobody(desk: Desk) -> None:
    """After a reboot the number may be anybody's, here this very process's."""
    with light_platform(desk.home) as platform:
        psutil.Process(Supervisor(platform).pid()).kill()
        wait_for(lambda: processes_of(desk.home) == [], what="the end of all processes")
        (desk.home / "supervisor" / "supervisord.pid").write_text(f"{os.getpid()}\n")
        assert desk.run("down").returncode == 0
        start_light(platform)
        assert Supervisor(platform).pid() != os.getpid()


@pytest.mark.parametrize("content", ["", '{"id": "1', "[]", '{"id": "1"}', '{"id": "1", "ports": {"moon": 1}}'])
@pytest.mark.parametrize("command", ["up", "status", "down", "env"])
def test_a_torn_record_of_the_platform_is_one_line(tmp_path: Path, content: str, command: str) -> None:
    record = tmp_path / "platform.json"
    record.write_text(content)
    refused = Desk(tmp_path).run(command)
    assert (refused.returncode, refused.stdout) == (1, "")
    (words,) = refused.stderr.splitlines()
    assert words.startswith(f"modelway: {record} ")
    assert "remove it" in words
    assert record.read_text() == content


@pytest.mark.parametrize("content", ["", '{"supervisor": "x"}'])
def test_torn_keys_are_one_line(desk: Desk, content: str) -> None:
    with light_platform(desk.home):
        pass
    keys = desk.home / "supervisor" / "keys.json"
    keys.write_text(content)
    refused = desk.run("status")
    assert refused.returncode == 1
    (words,) = refused.stderr.splitlines()
    assert words.startswith(f"modelway: {keys} ")
    assert "remove it and run `python -m local up` again" in words
