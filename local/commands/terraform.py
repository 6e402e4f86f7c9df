"""`python -m local terraform`."""

import click

from local.commands.options import running_platform, with_home
from local.errors import StepFailed
from local.home import Home
from local.terraform.applying import root_of


@click.command(
    short_help="Run terraform against a platform that it has made.",
    context_settings={"ignore_unknown_options": True},
    epilog="Example: python -m local terraform plan",
)
@click.argument("arguments", nargs=-1, required=True, type=click.UNPROCESSED)
@with_home
def terraform(home: Home, arguments: tuple[str, ...]) -> None:
    """Run a command of Terraform's against the local AWS, with the root, state and variables of `up --terraform`.

    ARGUMENTS are Terraform's own: plan, output, state list, destroy, …
    """
    root = root_of(running_platform(home))
    root.prepare()
    if code := root.attended(*arguments):
        raise StepFailed(f"terraform {arguments[0]} ended with {code}", exit_code=code)
