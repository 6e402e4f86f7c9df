"""ctrl-C at any moment leaves nothing behind of what the command had started."""

import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.journey.owner import Owner
from tests.platform.desk import Desk, processes_of

pytestmark = [pytest.mark.journey, pytest.mark.server]


def interrupted_after(words: str, begun: "subprocess.Popen[str]") -> list[psutil.Process]:
    """Send ctrl-C once the command has said the words; what it had started by then."""
    assert begun.stdout is not None
    said = []
    for line in begun.stdout:
        said.append(line)
        if words in line:
            break
    else:
        pytest.fail(f"the command ended before {words!r}: {''.join(said)}{begun.communicate()[1]}")
    started: list[psutil.Process] = psutil.Process(begun.pid).children(recursive=True)
    begun.send_signal(signal.SIGINT)
    _, errors = begun.communicate(timeout=60)
    assert begun.returncode == 130, errors
    return started


@pytest.mark.parametrize("words", ["checked", "versioned", "published", "running"])
def test_an_interrupted_push_ends_its_steps(owner: Owner, words: str) -> None:
    started = interrupted_after(words, owner.desk.begin("push", str(owner.repository)))
    assert [each for each in started if each.is_running() and each.status() != psutil.STATUS_ZOMBIE] == []


def test_a_push_after_interrupted_ones_goes_its_way(owner: Owner) -> None:
    interrupted_after("versioned", owner.desk.begin("push", str(owner.repository)))
    again = owner.push()
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize("words", ["database", "published"])
def test_an_interrupted_demo_leaves_no_process(tmp_path: Path, words: str) -> None:
    desk = Desk(tmp_path / "home")
    interrupted_after(words, desk.begin("demo"))
    assert processes_of(desk.home) == []
