"""`python -m local COMMAND`: the platform on one desk."""

import importlib
import os
import sys

import click

from local import interrupt
from local.environment import isolate
from local.errors import PlatformError

COMMANDS = ("up", "down", "status", "logs", "push", "approve", "predict", "inbox", "env", "demo")


class Commands(click.Group):
    """Loads a command's file when it is asked for, so that `status` need not wait for the AWS SDK."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"local.commands.{cmd_name}"), cmd_name)
        return command


@click.command(cls=Commands)
def cli() -> None:
    """Modelway on one desk: a local AWS, Airflow and an inbox, and a model's road through them."""


def main() -> None:
    """Run one command; the one place that turns errors into words and exit codes."""
    interrupt.listen()
    isolate(os.environ)
    try:
        cli(prog_name="python -m local")
    except PlatformError as error:
        click.echo(f"modelway: {error}", err=True)
        sys.exit(error.exit_code)
    except interrupt.Interrupted as interruption:
        click.echo("modelway: interrupted", err=True)
        sys.exit(interruption.exit_code)


if __name__ == "__main__":
    main()
