"""The local GitLab among a platform's programs: from the first push through it, its pages stay as links say."""

import sys

from local.configuration import environment_file
from local.environment import base_environment
from local.gitlab.place import Place
from local.health import answers
from local.lock import only_one_start
from local.platform import Platform
from local.programs import Program
from local.record import write_record
from local.supervisor import ALIVE, Supervisor
from local.waiting import wait_until

NAME = "gitlab"


def add_gitlab(platform: Platform) -> None:
    """Start it beside a platform that is up, unless it runs."""
    supervisor = Supervisor(platform)
    if not _runs(supervisor):
        with only_one_start(platform.home):
            serve_gitlab(platform, supervisor)


def serve_gitlab(platform: Platform, supervisor: Supervisor) -> str:
    """Start it beside what runs, unless it runs; its address."""
    place = Place(platform.home.root / "gitlab")
    if not _runs(supervisor):
        write_record(environment_file(platform.home, NAME), base_environment(platform.identity))
        program = gitlab_program(platform)
        supervisor.add(program)
        supervisor.start([program])
    url = f"{place.url}/oauth/discovery/keys"
    wait_until(lambda: answers(url), what="the local GitLab", seconds=60, check=supervisor.fail_on_dead, pause=0.05)
    return place.url


def gitlab_of(platform: Platform) -> str | None:
    """Its address; none where nobody has ever pushed through it."""
    place = Place(platform.home.root / "gitlab")
    return place.url if place.server.exists() else None


def _runs(supervisor: Supervisor) -> bool:
    return any(process.name == NAME and process.state in ALIVE for process in supervisor.processes())


def gitlab_program(platform: Platform) -> Program:
    """The program as supervisord knows it."""
    return Program(NAME, NAME, (sys.executable, "-m", "local.gitlab", "--home", str(platform.home.root)))
