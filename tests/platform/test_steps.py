"""Steps are forked from one process that has imported everything, and are processes of their own."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from local.errors import StepFailed
from local.run import Deaf, follow
from local.steps import Steps
from tests.platform.desk import clean_environment
from tests.sockets import wait_for

MODULE = """
import os, sys, time
import heavy
print(os.environ["BASE"], os.environ.get("ADDED"), heavy.MADE_BY, os.getpid(), sys.argv[1:], flush=True)
if "wait" in sys.argv:
    time.sleep(600)
if "fail" in sys.argv:
    raise SystemExit(7)
"""


class Ear(Deaf):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def hear(self, line: str) -> None:
        self.heard.append(line)


@pytest.fixture
def steps(tmp_path: Path) -> Iterator[Steps]:
    """Steps of a small module, whose import says in which process it was made."""
    (tmp_path / "small.py").write_text(MODULE)
    (tmp_path / "heavy.py").write_text("import os\nMADE_BY = os.getpid()\n")
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    environment = clean_environment() | {"BASE": "base", "PYTHONPATH": path}
    with Steps("small", imports=["heavy"], services=["s3"], environment=environment, cwd=tmp_path) as steps:
        yield steps


def said(steps: Steps, *arguments: str, **variables: str) -> list[str]:
    """The words of a step."""
    ear = Ear()
    with steps.begun(arguments, variables=variables) as process:
        follow(process, what="small", listener=ear)
    return ear.heard[0].split(maxsplit=4)


def nursery_of(pid: int) -> psutil.Process:
    nursery = psutil.Process(pid).parent()
    assert nursery is not None
    return nursery


def test_each_step_has_its_own_process_arguments_and_variables_and_the_imports_of_all(steps: Steps) -> None:
    first, second = said(steps, "a", "b c"), said(steps, ADDED="more")
    assert (first[:2], first[4]) == (["base", "None"], "['a', 'b c']")
    assert (second[:2], second[4]) == (["base", "more"], "[]")
    assert first[2] == second[2]
    assert len({first[2], first[3], second[3], str(os.getpid())}) == 4


def test_a_step_s_exit_code_and_words_are_its_failure(steps: Steps) -> None:
    with pytest.raises(StepFailed, match="small failed with 7") as caught:
        said(steps, "fail")
    assert caught.value.exit_code == 7
    assert "['fail']" in "\n".join(caught.value.__notes__)


def test_a_step_that_is_killed_is_a_failure(steps: Steps) -> None:
    with steps.begun(["wait"], variables={}) as process:
        os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(StepFailed, match="small failed with -9"):
            follow(process, what="small", listener=Deaf())


def test_a_step_leads_a_process_group_which_ends_with_the_nursery(steps: Steps) -> None:
    with steps.begun(["wait"], variables={}) as process:
        assert os.getpgid(process.pid) == process.pid
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05)
        nursery_of(process.pid).kill()
        wait_for(lambda: not psutil.pid_exists(process.pid), what="the end of the step", seconds=10)
        assert process.wait(10) < 0


def test_without_a_nursery_steps_run_as_they_would_at_a_desk(steps: Steps) -> None:
    with steps.begun([], variables={}) as process:
        nursery = nursery_of(process.pid)
        follow(process, what="small", listener=Deaf())
    nursery.kill()
    nursery.wait(10)
    words = said(steps, "alone")
    assert words[2] == words[3]
