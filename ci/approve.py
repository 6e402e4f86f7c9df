"""`approve`: a person's word that a trained version may be deployed."""

import os
from datetime import UTC, datetime
from pathlib import Path

import boto3
import click

from ci import cloud, identity, options
from ci.pipeline import Pipeline
from ci.register import read_register
from modelway.aws import approvals, registry
from modelway.aws.approvals import Decision
from modelway.names import ModelId
from modelway.versions import parse_trained


@click.command("approve")
@options.env_file
@options.project
@options.model
@options.version
@options.register
@click.option("--by", "person", help="Who decides; GitLab's user, or yours, when left out.")
@click.option("--reject", is_flag=True, help="Say no instead.")
def command(
    env_file: Path,
    project: str,
    model: str,
    version: str,
    register: Path | None,
    person: str | None,
    reject: bool,
) -> None:
    """Approve a trained version, or reject it."""
    if register and person:
        raise click.UsageError("with --models it is GitLab that says who decides; leave --by out")
    decision = signed(register) if register else stated(person)
    with cloud.connected() as session:
        if reject:
            rejected(session, ModelId(project, model), version=version, decision=decision)
        else:
            approved(session, ModelId(project, model), version=version, decision=decision)
    word = "rejected" if reject else "approved"
    click.echo(f"{project}/{model} {version} is {word}")


def signed(register: Path) -> Decision:
    """Return who decides as GitLab has signed it for this very job."""
    gitlab = read_register(register).gitlab
    token = os.environ.get("MODELWAY_ID_TOKEN", "")
    job = identity.verified(token, gitlab=gitlab, variable="MODELWAY_ID_TOKEN")
    identity.require_ours(job, gitlab=gitlab)
    return Decision(person=job.user_login, job=str(job.job_id), time=_now())


def stated(person: str | None) -> Decision:
    """Return who decides as the environment says, which is good enough at a desk."""
    pipeline = Pipeline.current()
    return Decision(person=person or pipeline.person, job=pipeline.job, time=_now())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def approved(session: boto3.Session, model: ModelId, *, version: str, decision: Decision) -> None:
    """Approve the version's package after looking at the very bytes it names."""
    sagemaker = session.client("sagemaker")
    package = registry.read_package(sagemaker, model, parse_trained(version))
    name = f"{model} {version}"
    approvals.require_deployable(package, name=name)
    approvals.require_same_bytes(session.client("ecr"), session.client("s3"), package, model=model, name=name)
    approvals.approve(sagemaker, package, decision)


def rejected(session: boto3.Session, model: ModelId, *, version: str, decision: Decision) -> None:
    """Reject the version's package, whatever it holds."""
    sagemaker = session.client("sagemaker")
    approvals.reject(sagemaker, registry.read_package(sagemaker, model, parse_trained(version)), decision)
