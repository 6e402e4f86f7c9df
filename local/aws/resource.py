"""The resource that a request names, where that is sure: what a policy's `Resource` would have to cover."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from werkzeug import Request

from local.aws.operation import is_form
from local.aws.rest import RestCall

# Credential scope -> the members that name what a request is about, the one that decides first.
MEMBERS = {
    "ecr": ("repositoryName",),
    "events": ("Rule", "Name"),
    "iam": ("RoleName", "PolicyArn", "UserName"),
    "kms": ("KeyId",),
    "logs": ("logGroupName", "logGroupIdentifier", "resourceArn"),
    "secretsmanager": ("SecretId", "Name"),
    "sns": ("TopicArn", "TargetArn", "SubscriptionArn"),
    "sqs": ("QueueUrl", "QueueName"),
    "ssm": ("Name",),
    "sts": ("RoleArn",),
}
VERB = re.compile(r"[A-Z][a-z]+")
LABELS = ("FunctionName", "EndpointName", "ResourceArn", "Resource", "Name")


def resource_of(request: Request, call: RestCall | None, *, service: str, operation: str) -> str:
    """An ARN or a name as the request has it; empty where it names none, or many."""
    if call is not None and service == "s3":
        return "".join(s3_arn(call.labels))
    if call is not None:
        return next((call.labels[name] for name in LABELS if name in call.labels), "")
    names = sagemaker_members(operation) if service == "sagemaker" else MEMBERS.get(service, ())
    body = members_of(request) if names else {}
    return next((value for name in names if isinstance(value := body.get(name), str)), "")


def s3_arn(labels: Mapping[str, str]) -> Iterator[str]:
    """The parts of a bucket's or an object's ARN."""
    if "Bucket" in labels:
        yield f"arn:aws:s3:::{labels['Bucket']}"
    if "Key" in labels:
        yield f"/{labels['Key']}"


def sagemaker_members(operation: str) -> tuple[str, ...]:
    """`EndpointName` for CreateEndpoint: the noun of the operation, else the group that a package enters."""
    noun = VERB.sub("", operation, count=1)
    return (f"{noun}Name", f"{noun}Arn", "ModelPackageGroupName", "ResourceArn")


def members_of(request: Request) -> dict[str, Any]:
    """The top members of the body, in either of the protocols that name their operation."""
    if is_form(request):
        return {name: values[0] for name, values in parse_qs(request.get_data(as_text=True)).items()}
    try:
        content = json.loads(request.get_data() or b"{}")
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
