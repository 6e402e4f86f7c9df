"""`python -m local status`."""

import time

import click

from local.commands.options import running_platform, with_home
from local.health import unhealthy_parts
from local.home import Home
from local.platform import Platform
from local.supervisor import ALIVE, Process, Supervisor
from local.sweep import resident_megabytes

COLUMNS = "{:<22} {:<10} {:>8} {:>9} {:>9}"


@click.command()
@with_home
def status(home: Home) -> None:
    """Show what runs, since when, with how much memory, and at which addresses.

    Ends with 0 when everything runs and Airflow is healthy, with 1 when a part does not, with 2 when nothing runs.
    """
    platform = running_platform(home)
    processes, unhealthy = Supervisor(platform).processes(), unhealthy_parts(platform.airflow_url)
    click.echo(COLUMNS.format("process", "state", "pid", "up", "memory"))
    for process in processes:
        click.echo(_row(process))
    click.echo(_addresses(platform))
    if unhealthy:
        click.echo(f"not healthy: {', '.join(unhealthy)}")
    if unhealthy or any(process.state not in ALIVE for process in processes):
        raise SystemExit(1)


def _row(process: Process) -> str:
    if process.state not in ALIVE:
        return COLUMNS.format(process.name, process.state.lower(), "-", "-", "-") + f"  {process.words}"
    memory = f"{resident_megabytes(process.pid)} MB"
    return COLUMNS.format(process.name, process.state.lower(), process.pid, _age(time.time() - process.since), memory)


def _age(seconds: float) -> str:
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02}m" if hours else f"{minutes}m{rest:02}s"


def _addresses(platform: Platform) -> str:
    rows = {
        "AWS": f"{platform.aws_url}  (`eval $(python -m local env)` for the aws command)",
        "Airflow": platform.airflow_url,
        "inbox": f"{platform.inbox_url}/messages  (SMTP {platform.smtp})",
        "home": str(platform.home.root),
    }
    return "\n".join(f"{name:<8} {address}" for name, address in rows.items())
