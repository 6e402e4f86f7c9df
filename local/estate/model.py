"""What Terraform's variable `models` makes: a model's repository, its project's role, topic and Slack connection."""

import hashlib
import json
from typing import Any

import boto3

from local.actors import INFRASTRUCTURE, session_of
from local.aws.roles import ensure_role, sagemaker_role
from local.errors import ModelUnregistered
from local.platform import Platform
from local.refusals import aws_refusals
from local.source import Model
from local.terraform_record import TerraformRecord

MAILS = {"FilterPolicy": json.dumps({"channel": ["email"]})}  # a topic may carry cards for Slack too


@aws_refusals()
def ensure_model(platform: Platform, model: Model) -> None:
    """Make what this model lacks."""
    session = session_of(platform, INFRASTRUCTURE)
    if (made := platform.made_by_terraform) is None:
        _make(platform, session, model)
    else:
        _require_registered(made, model)
    secrets = session.client("secretsmanager", endpoint_url=platform.aws_url)
    _ensure_secret(secrets, slack_secret(model.project), connection(slack_webhook(platform, model.project)))


def slack_secret(project: str) -> str:
    """Where Airflow's secrets backend looks for the connection with the project's webhook."""
    return f"airflow/connections/modelway_slack_{project.replace('-', '_')}"


def slack_webhook(platform: Platform, project: str) -> str:
    """The project's address in the inbox, shaped as Slack's."""
    channel = hashlib.sha256(project.encode()).hexdigest()[:10].upper()
    key = hashlib.sha256(f"{platform.identity.id}/{project}".encode()).hexdigest()[:24]
    return f"{platform.inbox_url}/services/TMODELWAY/B{channel}/{key}"


def connection(webhook: str) -> str:
    """The Airflow connection as JSON."""
    return json.dumps({"conn_type": "slackwebhook", "password": webhook})


def _make(platform: Platform, session: boto3.Session, model: Model) -> None:
    url, account = platform.aws_url, platform.identity.account
    ensure_role(session.client("iam", endpoint_url=url), sagemaker_role(model.project), account=account)
    _ensure_repository(session.client("ecr", endpoint_url=url), f"{model.project}/{model.name}")
    _ensure_topic(session.client("sns", endpoint_url=url), model)


def _require_registered(made: TerraformRecord, model: Model) -> None:
    name = f"{model.project}/{model.name}"
    if name not in made.outputs["repositories"]:
        raise ModelUnregistered(
            f"terraform/environments/{made.environment}.tfvars does not name the model {name}; add it to `projects` "
            "there and run `python -m local up --terraform` again"
        )


def _ensure_repository(ecr: Any, name: str) -> None:
    try:
        ecr.create_repository(repositoryName=name, imageTagMutability="IMMUTABLE")
    except ecr.exceptions.RepositoryAlreadyExistsException:
        return


def _ensure_topic(sns: Any, model: Model) -> None:
    topic = sns.create_topic(Name=f"modelway-{model.project}")["TopicArn"]  # answers the same ARN for a known name
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    known = {subscription["Endpoint"] for page in pages for subscription in page["Subscriptions"]}
    for address in model.addresses:
        if address not in known:
            sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address, Attributes=MAILS)


def _ensure_secret(secrets: Any, name: str, value: str) -> None:
    try:
        secrets.create_secret(Name=name, SecretString=value)
    except secrets.exceptions.ResourceExistsException:
        secrets.put_secret_value(SecretId=name, SecretString=value)
