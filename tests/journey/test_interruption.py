"""ctrl-C at any moment, or a kill, leaves nothing behind of what the command had started, and a road for the next."""

import os
import re
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.journey.owner import Owner
from tests.platform.desk import Desk, processes_of
from tests.platform.terminal import open_terminal
from tests.sockets import wait_for

pytestmark = [pytest.mark.journey, pytest.mark.server, pytest.mark.slow]
MODEL = ("--project", "demo", "--model", "breast-cancer")


def read_until(stage: str, begun: "subprocess.Popen[str]") -> tuple[list[psutil.Process], str]:
    """Wait until the command has told of the stage; what it has started by then, and what came of the stage."""
    assert begun.stdout is not None
    said = []
    for line in begun.stdout:
        said.append(line)
        if re.match(rf"ok +{stage} ", line):
            break
    else:
        pytest.fail(f"the command ended before {stage!r}: {''.join(said)}{begun.communicate()[1]}")
    started: list[psutil.Process] = psutil.Process(begun.pid).children(recursive=True)
    return started, line.split()[-1]


def end(begun: "subprocess.Popen[str]", *, by: signal.Signals, code: int) -> str:
    """Send the signal and wait; what was said on the error stream."""
    begun.send_signal(by)
    _, errors = begun.communicate(timeout=60)
    assert begun.returncode == code, errors
    return errors


def still_running(started: list[psutil.Process]) -> list[psutil.Process]:
    return [each for each in started if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("stage", ["check", "version", "publish", "queue the training"])
def test_an_interrupted_push_ends_its_steps_and_says_what_stands(owner: Owner, stage: str) -> None:
    begun = owner.desk.begin("push", str(owner.repository))
    started, _ = read_until(stage, begun)
    stands, last = end(begun, by=signal.SIGINT, code=130).splitlines()
    assert still_running(started) == []
    assert re.match(r"modelway: the push (of 1\.0\.\d+ )?stopped at \w+; nothing was deployed; ", stands)
    assert last == "modelway: interrupted"


def test_a_killed_push_takes_its_steps_along_and_leaves_nothing_to_approve(owner: Owner) -> None:
    owner.change("model.toml", "c = 0.0017", "c = 0.0018")  # the training of what was there goes on
    begun = owner.desk.begin("push", str(owner.repository))
    started, version = read_until("version", begun)
    end(begun, by=signal.SIGKILL, code=-signal.SIGKILL)
    wait_for(lambda: still_running(started) == [], what="the end of the steps", seconds=20)
    refused = owner.approve(*MODEL, version)
    assert refused.returncode != 0
    assert f"no trained version {version}; " in refused.stderr
    assert refused.stderr.splitlines()[-1] == f"modelway: {version} is not approved, and nothing was deployed"


def test_a_push_after_broken_ones_goes_its_way(owner: Owner) -> None:
    again = owner.push()
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize("stage", ["database", "publish"])
def test_an_interrupted_demo_leaves_no_process(tmp_path: Path, stage: str) -> None:
    desk = Desk(tmp_path / "home")
    begun = desk.begin("demo")
    read_until(stage, begun)
    end(begun, by=signal.SIGINT, code=130)
    assert processes_of(desk.home) == []


def test_a_demo_whose_terminal_is_closed_leaves_no_process(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "home")
    terminal = open_terminal(*desk.command("demo"))
    terminal.read_until("✓  database")
    os.close(terminal.end)
    assert terminal.process.wait(60) == 129
    assert processes_of(desk.home) == []
