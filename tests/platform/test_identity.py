"""What a platform keeps about itself."""

import os
import socket
import stat
from dataclasses import astuple
from pathlib import Path

import pytest

from local.errors import PlatformError, PortTaken
from local.home import CHECKOUT, Home, home_at
from local.platform import known_platform, make_platform
from local.ports import RANGE, check_free


def test_ports_and_keys_are_picked_once_and_kept(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    first = make_platform(home)
    assert make_platform(home) == known_platform(home) == first


def test_two_homes_share_nothing(tmp_path: Path) -> None:
    one, other = make_platform(Home(tmp_path / "one")), make_platform(Home(tmp_path / "other"))
    assert one.identity.id != other.identity.id
    assert not set(astuple(one.keys)) & set(astuple(other.keys))


def test_ports_differ_and_lie_where_no_outgoing_connection_takes_them(tmp_path: Path) -> None:
    ports = astuple(make_platform(Home(tmp_path)).identity.ports)
    assert len(set(ports)) == len(ports)
    assert all(port in RANGE for port in ports)


def test_only_the_owner_can_look_into_a_home(tmp_path: Path) -> None:
    home = make_platform(Home(tmp_path / "home")).home
    assert stat.S_IMODE(home.root.stat().st_mode) == 0o700
    assert stat.S_IMODE((home.supervisor / "keys.json").stat().st_mode) == 0o600


def test_a_home_that_never_was_up_is_not_made_by_looking(tmp_path: Path) -> None:
    assert known_platform(Home(tmp_path / "home")) is None
    assert not (tmp_path / "home").exists()


def test_a_taken_port_is_named_with_the_remedy(tmp_path: Path) -> None:
    ports = make_platform(Home(tmp_path)).identity.ports
    with (
        socket.create_server(("127.0.0.1", ports.inbox)),
        pytest.raises(PortTaken, match=rf"{ports.inbox}, kept for inbox, .*\(pid {os.getpid()}\).*`rm /here`"),
    ):
        check_free(ports, record=Path("/here"))


def test_a_damaged_record_names_its_file(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.identity.write_text('{"id": "1"}')
    with pytest.raises(PlatformError, match=r"platform\.json"):
        known_platform(home)


def test_the_home_is_the_one_asked_for_then_the_variable_s_then_the_checkout_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MODELWAY_HOME", raising=False)
    assert home_at(None).root == CHECKOUT / ".modelway"
    monkeypatch.setenv("MODELWAY_HOME", "/tmp/elsewhere")
    assert home_at(None).root == Path("/tmp/elsewhere")
    assert home_at("/tmp/asked").root == Path("/tmp/asked")
