"""Up, status, down and ctrl-C, with real processes; afterwards nothing is left."""

import signal
from pathlib import Path

import pytest

from tests.platform.desk import Desk, processes_of
from tests.platform.sockets import wait_for

pytestmark = pytest.mark.server

PROGRAMS = ["airflow-api-server", "airflow-dag-processor", "airflow-scheduler", "airflow-triggerer", "aws", "inbox"]


def test_down_status_and_env_say_so_when_nothing_runs(desk: Desk) -> None:
    assert "nothing ran" in desk.run("down").stdout
    for command in ("status", "env", "predict"):
        refused = desk.run(command)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.startswith("modelway: no platform runs in ")
        assert "`python -m local up`" in refused.stderr


def test_a_platform_comes_up_says_so_once_and_leaves_nothing(desk: Desk) -> None:
    first = desk.run("up", environment={"AWS_PROFILE": "production"})
    assert first.returncode == 0, first.stderr
    assert _shown_as_running(desk.run("status").stdout) == PROGRAMS
    running = processes_of(desk.home)

    again = desk.run("up")
    assert (again.returncode, again.stdout.startswith("The platform is already up.")) == (0, True)
    assert processes_of(desk.home) == running

    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:" in desk.run("env").stdout
    assert desk.run("down").returncode == 0
    assert processes_of(desk.home) == []


def _shown_as_running(table: str) -> list[str]:
    return [row.split()[0] for row in table.splitlines() if "running" in row.split()]


def test_supervisord_s_death_takes_all_along_and_up_starts_anew(desk: Desk) -> None:
    assert desk.run("up").returncode == 0
    (daemon,) = (process for process in processes_of(desk.home) if "supervisor.supervisord" in process.cmdline())
    daemon.kill()
    wait_for(lambda: processes_of(desk.home) == [], what="the end of all processes", seconds=20)
    assert desk.run("up").returncode == 0


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


def test_two_homes_run_side_by_side(desk: Desk, tmp_path: Path) -> None:
    other = Desk(tmp_path / "other")
    try:
        assert desk.run("up").returncode == 0
        assert other.run("up").returncode == 0
        assert desk.run("down").returncode == 0
        assert processes_of(desk.home) == []
        assert _shown_as_running(other.run("status").stdout) == PROGRAMS
    finally:
        other.run("down")
    assert processes_of(other.home) == []
