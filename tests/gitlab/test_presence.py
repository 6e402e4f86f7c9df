"""The local GitLab beside a platform: its pages outlive the command that made them."""

import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.errors import StartFailed
from local.gitlab.place import place_in
from local.gitlab.presence import NAME, add_gitlab, gitlab_of, serve_gitlab
from local.platform import Platform
from local.stopping import stop
from local.supervisor import Supervisor
from tests.platform.desk import Desk, processes_of
from tests.platform.light import light_platform, start_light
from tests.sockets import listens

pytestmark = pytest.mark.server


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """One through whose GitLab nobody has pushed yet."""
    with light_platform(tmp_path / "home") as platform:
        yield platform


def added(platform: Platform) -> int:
    """What a push does first; the process."""
    place_in(platform.home)
    add_gitlab(platform)
    (process,) = [process for process in Supervisor(platform).processes() if process.name == NAME]
    return process.pid


def test_it_is_there_from_the_first_push_and_only_once(platform: Platform) -> None:
    assert gitlab_of(platform) is None
    first = added(platform)
    assert added(platform) == first
    with urllib.request.urlopen(f"{gitlab_of(platform)}/") as answer:
        assert b"Nobody has pushed yet" in answer.read()


def test_status_names_its_address(platform: Platform) -> None:
    added(platform)
    assert f"{gitlab_of(platform)}/" in Desk(platform.home.root).run("status").stdout


def test_it_ends_with_the_platform_and_has_the_same_address_after_it(platform: Platform) -> None:
    added(platform)
    url = gitlab_of(platform)
    stop(platform)
    assert processes_of(platform.home.root) == []
    start_light(platform)
    assert serve_gitlab(platform, Supervisor(platform)) == url


def test_what_was_added_before_stays_known(platform: Platform) -> None:
    added(platform)
    file = (platform.home.supervisor / "supervisord.conf").read_text()
    assert [file.count(f"[program:{name}]") for name in ("aws", "inbox", NAME)] == [1, 1, 1]


@pytest.mark.slow
def test_a_taken_port_is_told_with_who_has_it(platform: Platform) -> None:
    port = place_in(platform.home).port
    with socket.create_server(("127.0.0.1", port)):
        assert listens(port)
        with pytest.raises(StartFailed, match=rf"port {port}, kept for the local GitLab, is taken by .*; end that"):
            add_gitlab(platform)
