"""A kept port that somebody else took."""

import socket
import subprocess
import sys
from dataclasses import asdict

import pytest

from local.home import Home
from local.listener import listener_words
from local.platform import make_platform
from tests.platform.desk import Desk, processes_of
from tests.sockets import free_port, listens, wait_for

pytestmark = pytest.mark.server


@pytest.mark.parametrize("part", ["aws", "smtp", "supervisor"])
def test_the_one_who_took_a_port_is_named_and_new_ports_are_a_command_away(desk: Desk, part: str) -> None:
    platform = make_platform(Home(desk.home))
    port = asdict(platform.identity.ports)[part]
    squatter = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with subprocess.Popen(squatter, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as taker:
        try:
            wait_for(lambda: listens(port), what="the squatter")
            refused = desk.run("up")
        finally:
            taker.kill()
    assert refused.returncode == 1
    (words,) = refused.stderr.splitlines()
    assert words.startswith(f"modelway: port {port}, kept for {part}, is taken by `{sys.executable} -m http.server ")
    assert f"(pid {taker.pid})" in words
    assert f"`rm {desk.home}/platform.json`" in words
    assert processes_of(desk.home) == []

    (desk.home / "platform.json").unlink()
    assert make_platform(Home(desk.home)).identity.ports.aws != platform.identity.ports.aws


def test_a_listener_on_all_addresses_is_found_too() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        assert "(pid " in listener_words(server.getsockname()[1])


def test_where_nobody_listens_no_one_is_accused() -> None:
    assert listener_words(free_port()) == "another program"
