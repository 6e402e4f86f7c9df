"""`plan`: what Terraform would change in an environment, for people, for GitLab and for `apply`."""

from pathlib import Path

import click

from ci import archive, changes, options, planned, summary
from ci.changes import Change
from ci.planned import Folder, Planned
from ci.terraform import in_root


@click.command("plan")
@options.environment
@options.state_bucket
@options.root
@options.plans
def command(environment: str, bucket: str, root: Path, plans: Path) -> None:
    """Plan an environment's Terraform, and leave the plan for `apply`.

    Ends with 0 whether or not there is something to change.
    """
    terraform, folder = in_root(root, environment), Folder(plans, environment)
    archives = archive.write(archive.CHECKOUT, into=root.parent / "build")
    plans.mkdir(parents=True, exist_ok=True)
    terraform.init(bucket=bucket)
    terraform.plan(folder.plan)
    content = terraform.content(folder.plan)
    of = Planned(
        environment=environment,
        commit=planned.commit_of(root),
        digest=changes.digest(content),
        file=planned.file_sum(folder.plan),
        archives=planned.sums(archives),
    ).leave(folder)
    found = changes.changes_of(content)
    leave(folder, found, of=of)
    tell(found, of=of)
    click.echo(f"\n{terraform.words(folder.plan)}")


def leave(folder: Folder, found: list[Change], *, of: Planned) -> None:
    """Write the summary for people and the report for GitLab."""
    text = summary.markdown(of.environment, found, digest=of.digest, commit=of.commit)
    folder.summary.write_text(text, encoding="utf-8")
    folder.report.write_bytes(changes.report(found))


def tell(found: list[Change], *, of: Planned) -> None:
    """Say first what takes data with it, then how much changes, and how to know the plan again."""
    for line in (*summary.losses(of.environment, found), summary.sentence(of.environment, found)):
        click.echo(line)
    click.echo(f"plan {of.digest} of commit {of.commit}")
