"""The commands of a pipeline: `python -m ci COMMAND`, in a GitLab job or at a desk."""

import importlib
import sys

import click

from modelway.errors import ModelwayError

COMMANDS = (
    *("fetch", "check", "version", "lock", "build", "image", "publish"),
    *("trigger", "note", "approve", "retrain", "archive", "bundle"),
    *("plan", "apply"),
)


class Road(click.Group):
    """Commands in the order of the road, imported when asked for: each brings heavy libraries of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name them in the order in which a pipeline runs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's file."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"ci.{cmd_name}").command
        return command


@click.group(cls=Road, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Carry a model from its repository to an endpoint, one command a job."""


def main() -> None:
    """Run a command; its errors become words on stderr and an exit code."""
    try:
        cli(prog_name="python -m ci")
    except ModelwayError as error:
        click.echo(f"modelway: {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
