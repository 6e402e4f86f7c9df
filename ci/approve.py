"""`approve`: a person's word that a trained version may be deployed."""

from datetime import UTC, datetime
from pathlib import Path

import boto3
import click

from ci import cloud, options
from ci.pipeline import Pipeline
from modelway.aws import approvals, registry
from modelway.aws.approvals import Decision
from modelway.names import ModelId
from modelway.versions import parse_trained


@click.command("approve")
@options.env_file
@options.project
@options.model
@options.version
@click.option("--by", "person", help="Who decides; GitLab's user, or yours, when left out.")
@click.option("--reject", is_flag=True, help="Say no instead.")
def command(env_file: Path, project: str, model: str, version: str, person: str | None, reject: bool) -> None:
    """Approve a trained version, or reject it."""
    pipeline = Pipeline.current()
    time = datetime.now(UTC).isoformat(timespec="seconds")
    decision = Decision(person=person or pipeline.person, job=pipeline.job, time=time)
    with cloud.connected() as session:
        if reject:
            rejected(session, ModelId(project, model), version=version, decision=decision)
        else:
            approved(session, ModelId(project, model), version=version, decision=decision)
    word = "rejected" if reject else "approved"
    click.echo(f"{project}/{model} {version} is {word}")


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
