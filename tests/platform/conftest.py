"""The platform and its inbox as real processes, each in a home of its own."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.platform.desk import REPOSITORY, Desk, clean_environment, processes_of
from tests.platform.receiver import Inbox
from tests.sockets import free_port, listens, wait_for


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose platform is stopped at the end, whatever the test did."""
    desk = Desk(tmp_path / "home")
    yield desk
    desk.run("down")
    for process in processes_of(desk.home):
        process.kill()


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    """One inbox for the tests of a file."""
    home = tmp_path_factory.mktemp("inbox")
    smtp, http = free_port(), free_port()
    command = [
        sys.executable,
        "-m",
        "local.inbox",
        "--home",
        str(home),
        "--smtp-port",
        str(smtp),
        "--http-port",
        str(http),
    ]
    process = subprocess.Popen(command, cwd=REPOSITORY, env=clean_environment())
    wait_for(lambda: listens(smtp) and listens(http), what="the inbox")
    yield Inbox(home, smtp, http, process)
    process.send_signal(signal.SIGTERM)
    process.wait(10)
