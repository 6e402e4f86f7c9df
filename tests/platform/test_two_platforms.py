"""Two platforms on one machine do not meet."""

from dataclasses import astuple
from pathlib import Path

import psutil
import pytest

from local.health import answers
from local.supervisor import Supervisor
from tests.platform.desk import Desk, processes_of
from tests.platform.light import answering, light_platform

pytestmark = [pytest.mark.server, pytest.mark.slow]


def test_two_at_once_share_no_port_and_no_process(tmp_path: Path) -> None:
    with light_platform(tmp_path / "one") as one, light_platform(tmp_path / "other") as other:
        assert not set(astuple(one.identity.ports)) & set(astuple(other.identity.ports))
        theirs = [{process.pid for process in processes_of(each.home.root)} for each in (one, other)]
        assert all(len(each) >= 3 for each in theirs)
        assert not theirs[0] & theirs[1]


def test_down_of_one_leaves_the_other_as_it_was(tmp_path: Path) -> None:
    with light_platform(tmp_path / "one") as one, light_platform(tmp_path / "other") as other:
        before = [process.pid for process in Supervisor(other).processes()]
        assert "3 processes ended" in Desk(one.home.root).run("down").stdout
        assert processes_of(one.home.root) == []
        assert [process.pid for process in Supervisor(other).processes()] == before
        assert answering(other)


def test_the_death_of_one_leaves_the_other_as_it_was(tmp_path: Path) -> None:
    with light_platform(tmp_path / "one") as one, light_platform(tmp_path / "other") as other:
        psutil.Process(Supervisor(one).pid()).kill()
        psutil.wait_procs(processes_of(one.home.root), timeout=30)
        assert not answers(f"{one.aws_url}/-/healthy")
        assert answering(other)


def test_a_home_beside_another_whose_name_it_begins_with_is_not_mixed_up(tmp_path: Path) -> None:
    with light_platform(tmp_path / "home") as one, light_platform(tmp_path / "home-2") as other:
        assert "3 processes ended" in Desk(one.home.root).run("down").stdout
        assert answering(other)
