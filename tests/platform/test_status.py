"""`status`: what runs, where, since when and at what cost."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from local.home import Home
from local.memory import memory_of
from local.record import write_record
from local.report import age
from local.supervisor import Supervisor
from local.sweep import descendants
from local.workload import workloads
from tests.platform.desk import REPOSITORY, Desk, clean_environment, processes_of
from tests.platform.light import light_platform

pytestmark = pytest.mark.server

SLEEP = "import time; print('up', flush=True); time.sleep(600)"


def _document(desk: Desk) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(desk.run("status", "--json").stdout)
    return document


def test_what_runs_is_shown_with_its_memory_and_addresses(desk: Desk) -> None:
    with light_platform(desk.home) as platform:
        write_record(desk.home / "last-push.json", {"project": "demo", "model": "breast-cancer", "version": "1.0.0"})
        shown = desk.run("status")
    table, facts = shown.stdout.split("\n\n")
    rows = {row.split()[0]: row.split() for row in table.splitlines()}
    assert rows["aws"][1] == rows["inbox"][1] == "running"
    total = int(rows["total"][1])
    assert 0 < int(rows["aws"][4]) < total < 1000
    assert platform.aws_url in facts
    assert "demo/breast-cancer 1.0.0," in facts
    assert "GB free of" in facts
    assert "not healthy: api-server" in facts
    assert shown.returncode == 1
    assert "\x1b" not in shown.stdout


def test_a_script_gets_one_json_object(desk: Desk) -> None:
    with light_platform(desk.home) as platform:
        document = _document(desk)
    assert document["home"] == str(desk.home)
    assert document["state"] == "partly up"
    assert [process["name"] for process in document["processes"]] == ["aws", "inbox"]
    assert document["addresses"]["aws"] == platform.aws_url
    assert 0 < document["memory"]["pss"] <= document["memory"]["rss"]
    assert 0 < document["disk"]["free"] < document["disk"]["total"]
    assert document["last_push"] is None


def test_when_nothing_runs_the_exit_code_and_the_document_say_so(desk: Desk) -> None:
    silent = desk.run("status", "--json")
    document = json.loads(silent.stdout)
    assert (silent.returncode, document["state"], document["processes"]) == (2, "down", [])
    assert not desk.home.exists()


def test_when_nothing_runs_here_the_others_of_this_user_are_named(desk: Desk, tmp_path: Path) -> None:
    with light_platform(tmp_path / "other"):
        told = desk.run("status")
        assert str(tmp_path / "other") in _document(desk)["others"]
    first, *others = told.stderr.splitlines()
    assert told.returncode == 2
    assert first == f"modelway: no platform runs in {desk.home}; start it with `python -m local up --home {desk.home}`"
    assert f"another runs: python -m local status --home {tmp_path}/other" in others


@pytest.mark.slow
def test_a_supervisord_that_hangs_is_not_called_killed_and_down_ends_it(desk: Desk) -> None:
    with light_platform(desk.home) as platform:
        daemon = psutil.Process(Supervisor(platform).pid())
        daemon.suspend()
        told = desk.run("status")
        assert told.returncode == 2
        assert f"does not answer, though its supervisord runs (pid {daemon.pid})" in told.stderr
        assert desk.run("down").returncode == 0
        assert processes_of(desk.home) == []


def test_a_terminal_gets_colours(desk: Desk) -> None:
    with light_platform(desk.home):
        ours, theirs = pty.openpty()
        command = desk.command("status")
        environment = clean_environment() | {"TERM": "xterm", "COLUMNS": "100"}
        with subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=theirs) as process:
            os.close(theirs)
            shown = b"".join(iter(lambda: _piece(ours), b"")).decode()
            process.wait(60)
        os.close(ours)
    assert "\x1b[32mrunning" in shown


def _piece(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux tells that the other side is closed
        return b""


def test_jobs_endpoints_and_functions_are_named_by_their_processes(tmp_path: Path) -> None:
    work = tmp_path / "aws" / "sagemaker" / "work" / "eu-west-1"
    homes = [
        {"HOME": str(work / "training-job" / "demo--churn-v1-0-0-train-1" / "opt" / "home")},
        {"HOME": str(work / "endpoint" / "demo--churn" / "d1" / "all" / "opt" / "home")},
        {"HOME": str(work / "endpoint" / "demo--churn" / "d1" / "all" / "opt" / "home")},
        {"AWS_LAMBDA_FUNCTION_NAME": "trigger"},
        {"HOME": "/root"},
    ]
    started = [_sleeper(environment) for environment in homes]
    try:
        found = workloads(Home(tmp_path), [each for one in started for each in descendants(one.pid)])
    finally:
        for process in started:
            process.kill()
            process.communicate()
    names = {(each.kind, each.name): each.memory.rss for each in found}
    assert set(names) == {
        ("training job", "demo--churn-v1-0-0-train-1"),
        ("endpoint", "demo--churn"),
        ("function", "trigger"),
    }
    assert names["endpoint", "demo--churn"] > 1.5 * names["function", "trigger"]


def _sleeper(environment: dict[str, str]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-I", "-S", "-c", SLEEP]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def test_a_process_that_has_ended_takes_no_memory() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    family = descendants(ended.pid)
    ended.wait()
    assert memory_of(family).rss == 0


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0s"), (59, "59s"), (67, "1m07s"), (7500, "2h05m"), (273_600, "3d04h"), (-1, "0s")]
)
def test_an_age_takes_its_two_largest_units(seconds: float, words: str) -> None:
    assert age(seconds) == words
