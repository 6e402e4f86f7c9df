"""Starts a platform: what is missing, in the order in which the parts need each other."""

from local import actors
from local.airflow import DAGS, airflow_environment, begin_migration, finish_migration, needs_migration
from local.configuration import environment_file
from local.disk import check_room
from local.docking import clear_containers
from local.environment import base_environment
from local.estate.foundation import lay_foundation
from local.gitlab.presence import gitlab_of, serve_gitlab
from local.health import answers, unhealthy_parts, unknown_files
from local.interrupt import undisturbed
from local.lock import only_one_start
from local.platform import Platform
from local.ports import check_free
from local.programs import airflow_programs, aws_program, inbox_program, programs
from local.record import write_record
from local.registry import serve_registry
from local.stopping import stop
from local.supervisor import ALIVE, Supervisor
from local.sweep import sweep
from local.terraform.applying import apply_root, by_terraform
from local.timeline import Timeline
from local.waiting import wait_until


def is_up(platform: Platform) -> bool:
    """Whether every process runs and Airflow is healthy."""
    processes = Supervisor(platform).processes()
    return bool(processes) and all(p.state in ALIVE for p in processes) and not unhealthy_parts(platform.airflow_url)


def start(platform: Platform, timeline: Timeline) -> None:
    """Bring everything up; what this call began is gone again if it fails or is interrupted."""
    with only_one_start(platform.home):
        supervisor = Supervisor(platform)
        began_here = not supervisor.is_ours()
        try:
            _start(platform, supervisor, timeline)
        except BaseException:
            if began_here:
                with undisturbed():
                    stop(platform)
            raise


def _start(platform: Platform, supervisor: Supervisor, timeline: Timeline) -> None:
    _launch(platform, supervisor)
    _serve_registry(platform, supervisor, timeline)
    _start_sinks(platform, supervisor)
    if by_terraform(platform.home):
        _apply(platform, supervisor, timeline)
    _start_airflow(platform, supervisor, timeline)
    _await_aws(platform, supervisor)
    if not by_terraform(platform.home):
        lay_foundation(platform)
    timeline.line("aws", f"{platform.aws_url}  bucket {platform.bucket}")
    _await_inbox(platform, supervisor)
    timeline.line("inbox", f"{platform.inbox_url}  SMTP {platform.smtp}")
    _serve_gitlab(platform, supervisor, timeline)
    _await_airflow(platform, supervisor)
    timeline.line("airflow", platform.airflow_url)
    _await_dags(platform, supervisor, timeline)


def _launch(platform: Platform, supervisor: Supervisor) -> None:
    if supervisor.is_ours():
        return
    check_room(platform.home)
    sweep(platform.identity.id)
    clear_containers(platform.home)
    check_free(platform.identity.ports, record=platform.home.identity)
    supervisor.launch(programs(platform))


def _start_sinks(platform: Platform, supervisor: Supervisor) -> None:
    base = base_environment(platform.identity)
    aws = {
        "MODELWAY_AIRFLOW_URL": platform.airflow_url,
        "MODELWAY_AIRFLOW_VERSION": platform.airflow_python.airflow,
        "MODELWAY_SMTP": platform.smtp,
        "AWS_REGION": platform.identity.region,
    }
    write_record(environment_file(platform.home, "aws"), base | aws)
    write_record(environment_file(platform.home, "inbox"), base)
    supervisor.start([aws_program(platform), inbox_program(platform)])


def _apply(platform: Platform, supervisor: Supervisor, timeline: Timeline) -> None:
    """Before Airflow, whose role and options come of it."""
    _await_aws(platform, supervisor)
    apply_root(platform, timeline)
    actors.renew_actors(platform)


def _start_airflow(platform: Platform, supervisor: Supervisor, timeline: Timeline) -> None:
    """The database is made while aws starts; at a later start Airflow does not wait for aws at all."""
    migration = begin_migration(platform, airflow_environment(platform, {})) if needs_migration(platform) else None
    if not actors.has_actors(platform):
        _await_aws(platform, supervisor)
    if migration is not None:
        finish_migration(platform, migration)
        timeline.line("database", "created")
    environment = airflow_environment(platform, actors.actor(platform, actors.MWAA).credentials)
    for program in airflow_programs(platform):
        write_record(environment_file(platform.home, program.name), environment)
    supervisor.start(airflow_programs(platform))


def _serve_registry(platform: Platform, supervisor: Supervisor, timeline: Timeline) -> None:
    """Where Docker was ever asked for, and first: the local AWS may have to pull an endpoint's image as it starts."""
    if platform.registry is not None:
        record = serve_registry(platform, supervisor)
        timeline.line("registry", f"http://{record.registry}  behind ECR, for images of Docker's")


def _serve_gitlab(platform: Platform, supervisor: Supervisor, timeline: Timeline) -> None:
    """Where somebody has pushed through it: what it has sent leads to its pages."""
    if gitlab_of(platform) is not None:
        timeline.line("gitlab", serve_gitlab(platform, supervisor))


def _await_aws(platform: Platform, supervisor: Supervisor) -> None:
    url = f"{platform.aws_url}/-/healthy"
    wait_until(lambda: answers(url), what="aws", seconds=60, check=supervisor.fail_on_dead, pause=0.05)
    actors.renew_actors(platform)


def _await_inbox(platform: Platform, supervisor: Supervisor) -> None:
    url = f"{platform.inbox_url}/messages"
    wait_until(lambda: answers(url), what="inbox", seconds=30, check=supervisor.fail_on_dead)


def _await_airflow(platform: Platform, supervisor: Supervisor) -> None:
    url = platform.airflow_url
    wait_until(lambda: not unhealthy_parts(url), what="Airflow", seconds=180, check=supervisor.fail_on_dead)


def _await_dags(platform: Platform, supervisor: Supervisor, timeline: Timeline) -> None:
    """A DAG can be triggered once Airflow has read its file; a broken one is told now, not when it is missed."""
    names, url = {path.name for path in DAGS.glob("*.py")}, platform.airflow_url
    wait_until(
        lambda: not unknown_files(names, url)[0], what="reading dags/", seconds=60, check=supervisor.fail_on_dead
    )
    for name, why in unknown_files(names, url)[1].items():
        timeline.line("broken", f"dags/{name}: {why}")
