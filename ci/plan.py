"""`plan`: what Terraform would change in an environment, for people, for GitLab and for `apply`."""

from pathlib import Path

import click

from ci import archive, changes, options, planned, summary
from ci.planned import Folder, Planned
from ci.terraform import in_root


@click.command("plan")
@options.environment
@options.state_bucket
@options.root
@options.plans
@options.wheels
def command(environment: str, bucket: str, root: Path, plans: Path, wheels: bool) -> None:
    """Plan an environment's Terraform, and leave the plan for `apply`.

    Ends with 0 whether or not there is something to change.
    """
    terraform, folder = in_root(root, environment), Folder(plans, environment)
    archives = archive.write(archive.CHECKOUT, into=root.parent / "build", wheels=wheels)
    plans.mkdir(parents=True, exist_ok=True)
    terraform.init(bucket=bucket)
    said = terraform.plan(folder.plan)
    content = terraform.content(folder.plan)
    made = Planned(
        environment=environment,
        commit=planned.commit_of(root),
        digest=changes.digest(content),
        file=planned.file_sum(folder.plan),
        archives=planned.sums(archives),
        changes=changes.changes_of(content),
    ).leave(folder)
    folder.summary.write_text(summary.markdown(made), encoding="utf-8")
    folder.report.write_bytes(changes.report(made.changes))
    # First what counts, then all of it.
    for line in (*summary.losses(made), summary.sentence(made), f"plan {made.digest} of commit {made.commit}", ""):
        click.echo(line)
    click.echo(said)
