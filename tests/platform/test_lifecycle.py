"""Up, status, down and ctrl-C, with real processes; afterwards nothing is left."""

import signal
from functools import partial
from pathlib import Path

import psutil
import pytest

from tests.platform.desk import Desk, processes_of
from tests.sockets import wait_for

pytestmark = pytest.mark.server

PROGRAMS = ["airflow-api-server", "airflow-dag-processor", "airflow-scheduler", "airflow-triggerer", "aws", "inbox"]


def test_down_status_and_env_say_so_when_nothing_runs(desk: Desk) -> None:
    assert "nothing ran" in desk.run("down").stdout
    for command in ("status", "env", "predict"):
        refused = desk.run(command)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.startswith("modelway: no platform runs in ")
        assert f"`python -m local up --home {desk.home}`" in refused.stderr


def test_a_platform_comes_up_says_so_once_and_leaves_nothing(desk: Desk) -> None:
    first = desk.run("up", environment={"AWS_PROFILE": "production"})
    assert first.returncode == 0, first.stderr
    running = _running(desk)
    assert list(running) == PROGRAMS

    again = desk.run("up")
    assert (again.returncode, again.stdout.startswith("The platform is already up.")) == (0, True)
    assert _running(desk) == running

    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:" in desk.run("env").stdout
    assert desk.run("down").returncode == 0
    assert processes_of(desk.home) == []


def _runs_whole(desk: Desk) -> bool:
    return list(_running(desk)) == PROGRAMS


def _running(desk: Desk) -> dict[str, str]:
    """The processes that `status` shows as running, with their ids."""
    rows = [row.split() for row in desk.run("status").stdout.splitlines()]
    return {row[0]: row[2] for row in rows if row[1:2] == ["running"]}


def test_supervisord_s_death_takes_all_along(desk: Desk) -> None:
    begun = desk.begin("up")
    wait_for((desk.home / "logs" / "airflow-triggerer.log").exists, what="the triggerer's start")
    psutil.Process(int((desk.home / "supervisor" / "supervisord.pid").read_text())).kill()
    _, words = begun.communicate(timeout=60)
    assert (begun.returncode, words.startswith("modelway: ")) == (1, True), words
    wait_for(lambda: processes_of(desk.home) == [], what="the end of all processes", seconds=20)


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["supervisor/keys.json", "supervisor/supervisord.pid", "aws", "airflow/airflow.db"])
def test_an_interrupted_up_leaves_nothing(desk: Desk, moment: str, sign: signal.Signals) -> None:
    begun = desk.begin("up")
    wait_for((desk.home / moment).exists, what=moment)
    begun.send_signal(sign)
    _, words = begun.communicate(timeout=60)
    assert (begun.returncode, words) == (128 + sign, "modelway: interrupted\n")
    assert processes_of(desk.home) == []


def test_an_up_interrupted_while_airflow_starts_leaves_nothing(desk: Desk) -> None:
    begun = desk.begin("up")
    wait_for((desk.home / "logs" / "airflow-triggerer.log").exists, what="the triggerer's start")
    begun.send_signal(signal.SIGINT)
    begun.communicate(timeout=60)
    assert begun.returncode == 130
    assert processes_of(desk.home) == []


def test_a_second_up_at_the_same_time_is_refused_and_disturbs_nothing(desk: Desk) -> None:
    first = desk.begin("up")
    wait_for((desk.home / "supervisor" / "supervisord.pid").exists, what="the first up")
    second = desk.run("up")
    assert second.returncode == 1
    assert "another `up` is starting" in second.stderr
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)


def test_down_ends_an_up_under_way_and_leaves_another_home_alone(desk: Desk, tmp_path: Path) -> None:
    other = Desk(tmp_path / "other")
    ups = [desk.begin("up"), other.begin("up")]
    for each in (desk, other):
        wait_for(partial(_runs_whole, each), what=f"the processes of {each.home}")
    neighbours = _running(other)
    assert desk.run("down").returncode == 0
    _, words = ups[0].communicate(timeout=60)
    assert (ups[0].returncode, words.startswith("modelway: ")) == (1, True), words
    assert processes_of(desk.home) == []
    assert _running(other) == neighbours

    other.run("down")
    ups[1].communicate(timeout=60)
    assert processes_of(other.home) == []


def test_a_demo_spares_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    thesis = tmp_path / "thesis.txt"
    thesis.write_text("three years")
    refused = Desk(tmp_path).run("demo")
    assert (refused.returncode, thesis.read_text()) == (1, "three years")
    assert "holds what no demo has made" in refused.stderr


def test_a_second_demo_at_the_same_time_is_refused(desk: Desk) -> None:
    first = desk.begin("demo")
    wait_for((desk.home / "platform.json").exists, what="the first demo")
    second = desk.run("demo")
    assert second.returncode == 1
    assert "another demo runs" in second.stderr
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)
    assert processes_of(desk.home) == []
