"""`approve`: a person's word that a trained version may be deployed."""

import os
from datetime import UTC, datetime
from pathlib import Path

import boto3
import click

from ci import cloud, identity, options
from ci.identity import Identity
from ci.pipeline import Pipeline
from ci.register import GitLab, read_register
from ci.second_person import require_second_person
from modelway.aws import approvals, registry
from modelway.aws.approvals import Decision
from modelway.names import ModelId
from modelway.versions import TrainedVersion, parse_trained


@click.command("approve")
@options.env_file
@options.project
@options.model
@options.version
@options.bucket
@options.register
@click.option("--by", "person", help="Who decides; GitLab's user, or yours, when left out.")
@click.option("--reject", is_flag=True, help="Say no instead.")
def command(
    env_file: Path,
    project: str,
    model: str,
    version: str,
    bucket: str,
    register: Path | None,
    person: str | None,
    reject: bool,
) -> None:
    """Approve a trained version, or reject it."""
    if register and person:
        raise click.UsageError("with --models it is GitLab that says who decides; leave --by out")
    known, number = ModelId(project, model), parse_trained(version)
    rules = read_register(register) if register else None
    job = signed(rules.gitlab) if rules else None
    decision = decided(job) if job else stated(person)
    with cloud.connected() as session:
        if reject:
            rejected(session, known, version=number, decision=decision)
        else:
            if rules and job and rules.asks_second_person(known):
                require_second_person(session.client("s3"), known, number, bucket=bucket, approver=job.person)
            approved(session, known, version=number, decision=decision)
    word = "rejected" if reject else "approved"
    click.echo(f"{known} {version} is {word}")


def signed(gitlab: GitLab) -> Identity:
    """Return this very job as GitLab has signed it."""
    token = os.environ.get("MODELWAY_ID_TOKEN", "")
    job = identity.verified(token, gitlab=gitlab, variable="MODELWAY_ID_TOKEN")
    identity.require_ours(job, gitlab=gitlab)
    return job


def decided(job: Identity) -> Decision:
    """Return who decides by pressing the job's button."""
    return Decision(person=job.user_login, job=str(job.job_id), time=_now())


def stated(person: str | None) -> Decision:
    """Return who decides as the environment says, which is good enough at a desk."""
    pipeline = Pipeline.current()
    return Decision(person=person or pipeline.person, job=pipeline.job, time=_now())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def approved(session: boto3.Session, model: ModelId, *, version: TrainedVersion, decision: Decision) -> None:
    """Approve the version's package after looking at the very bytes it names."""
    sagemaker = session.client("sagemaker")
    package = registry.read_package(sagemaker, model, version)
    name = f"{model} {version}"
    approvals.require_deployable(package, name=name)
    approvals.require_same_bytes(session.client("ecr"), session.client("s3"), package, model=model, name=name)
    approvals.approve(sagemaker, package, decision)


def rejected(session: boto3.Session, model: ModelId, *, version: TrainedVersion, decision: Decision) -> None:
    """Reject the version's package, whatever it holds."""
    sagemaker = session.client("sagemaker")
    approvals.reject(sagemaker, registry.read_package(sagemaker, model, version), decision)
