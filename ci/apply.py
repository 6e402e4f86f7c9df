"""`apply`: exactly the plan that the plan job has left, or nothing."""

from pathlib import Path

import click

from ci import archive, options, planned, summary
from ci.planned import Folder
from ci.terraform import in_root


@click.command("apply")
@options.environment
@options.state_bucket
@options.root
@options.plans
@options.wheels
def command(environment: str, bucket: str, root: Path, plans: Path, wheels: bool) -> None:
    """Apply the plan that `plan` has left for an environment.

    Refuses, with 5, a plan of another environment or commit, and one that the state has overtaken.
    """
    terraform, folder = in_root(root, environment), Folder(plans, environment)
    made = planned.find(folder)
    made.require(environment=environment, commit=planned.commit_of(root))
    # The plan names these files, and Terraform reads them when it applies.
    made.require_archives(archive.write(archive.CHECKOUT, into=root.parent / "build", wheels=wheels))
    for line in (*summary.losses(made), f"applying plan {made.digest}"):
        click.echo(line)
    terraform.init(bucket=bucket)
    terraform.apply(folder.plan)
    for line in summary.done(made):
        click.echo(line)
