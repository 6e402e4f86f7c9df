"""`python -m bench NAME`: what one part of Modelway costs."""

import signal
import sys
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console

from bench.errors import BenchError
from bench.report import tell


def rounds(count: int) -> Callable[[Callable[..., None]], Callable[..., Any]]:
    """Give a command the option `--rounds`."""
    positive = click.IntRange(min=1)
    return click.option("--rounds", default=count, show_default=True, type=positive, help="How often to measure.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Measure Modelway beside the same work without it; the last line printed is JSON.

    A missed goal is told, not punished: the exit code only says whether all that was measured worked.
    """


@cli.command("lambda")
@rounds(20)
def function(rounds: int) -> None:
    """Import the Lambda function, against boto3 alone; and the size of its zip."""
    from bench.function import measure

    tell(measure(rounds=rounds), Console())


@cli.command("parse")
@rounds(5)
def parse(rounds: int) -> None:
    """Read each file of dags/, against the bare imports of the Airflow parts it uses."""
    from bench.parse import measure

    tell(measure(rounds=rounds), Console())


@cli.command("image")
@rounds(3)
def image(rounds: int) -> None:
    """Build a model's image, against plain `docker build`; and find one that needs no building.

    It takes root, and Debian's docker.io, docker-registry and debootstrap: the engine is one of its own.
    """
    from bench.image.measure import measure

    tell(measure(rounds=rounds), Console())


@cli.command("road")
@rounds(3)
def road(rounds: int) -> None:
    """Carry a second push to an answered prediction, against scripts and against an Airflow that does nothing."""
    from bench.road.measure import measure

    tell(measure(rounds=rounds, console=Console(stderr=True)), Console())


@cli.command("waiting")
@click.option("--most", default=1000, show_default=True, type=click.IntRange(min=1), help="The most jobs at a time.")
@click.option("--old", default=50_000, show_default=True, type=click.IntRange(min=0), help="Jobs that ended long ago.")
@click.option("--window", default=40.0, show_default=True, type=click.FloatRange(min=1), help="Seconds to count calls.")
def waiting(most: int, old: int, window: float) -> None:
    """Wait for 1 to 1,000 training jobs: calls a minute and time to wake, beside the stock operator and a queue."""
    from bench.waiting.measure import measure

    tell(measure(most=most, old=old, window=window, console=Console(stderr=True)), Console())


def main() -> None:
    """Run one bench; what failed becomes words and an exit code."""
    # Ended by a signal, a bench still has a platform to stop.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        cli(prog_name="python -m bench")
    except BenchError as error:
        click.echo(f"bench: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
