"""A platform without Airflow: its supervisord, local AWS and inbox, up in two seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.configuration import environment_file
from local.environment import base_environment
from local.health import answers
from local.home import Home
from local.platform import Platform, make_platform
from local.programs import aws_program, inbox_program
from local.record import write_record
from local.stopping import stop
from local.supervisor import Supervisor
from local.waiting import wait_until


@contextmanager
def light_platform(folder: Path) -> Iterator[Platform]:
    """One in this folder, stopped at the end."""
    platform = make_platform(Home(folder))
    try:
        start_light(platform)
        yield platform
    finally:
        stop(platform)


def start_light(platform: Platform) -> None:
    """Start it, or start it again, and wait until both parts answer."""
    supervisor, sinks = Supervisor(platform), [aws_program(platform), inbox_program(platform)]
    if not supervisor.is_ours():
        supervisor.launch(sinks)
    settings = {"MODELWAY_SMTP": platform.smtp, "AWS_REGION": platform.identity.region}
    for program in sinks:
        write_record(environment_file(platform.home, program.name), base_environment(platform.identity) | settings)
    supervisor.start(sinks)
    wait_until(lambda: answering(platform) and running(supervisor), what="the light platform", seconds=60)


def running(supervisor: Supervisor) -> bool:
    """Whether supervisord trusts both parts: only after a second, and they may answer before."""
    return all(process.state == "RUNNING" for process in supervisor.processes())


def answering(platform: Platform) -> bool:
    """Whether both parts answer."""
    return answers(f"{platform.aws_url}/-/healthy") and answers(f"{platform.inbox_url}/messages")
