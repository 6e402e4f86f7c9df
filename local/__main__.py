"""`python -m local COMMAND`: the platform on one desk."""

import importlib
import os
import sys
from typing import Any

import click

from local import interrupt
from local.disk import explained
from local.environment import isolate
from local.errors import PlatformError
from local.home import home_at

COMMANDS = ("up", "down", "status", "logs", "push", "approve", "predict", "inbox", "env", "terraform", "demo")


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

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; where the disk is the true reason of an error, say so instead."""
        try:
            return super().invoke(ctx)
        except (PlatformError, OSError) as error:
            if (reason := explained(error, home=ctx.obj or home_at(None))) is not None:
                raise reason from error
            raise


@click.command(cls=Commands, epilog="The way in: `demo`, or `up`, `push model_template`, `approve`, `predict`, `down`.")
def cli() -> None:
    """Modelway on one desk: a local AWS, Airflow and an inbox, and a model's road through them.

    Each COMMAND has its own --help with an example. Rows move on a terminal; a pipe gets one plain line each.
    """


def main() -> None:
    """Run one command; the one place that turns errors into words and exit codes."""
    with interrupt.heeded():
        isolate(os.environ)
        try:
            cli(prog_name="python -m local")
        except PlatformError as error:
            click.echo(f"modelway: {error}", err=True)
            sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
