"""The recorded calls of a platform as what they ask IAM for."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.terraform.actions import action_of
from tests.terraform.policy import Asked

READS = ("Describe", "Get", "Head", "List")
OBJECT_READS = ("GetObject", "HeadObject")
STREAMS = ("CreateLogStream", "GetLogEvents", "PutLogEvents")

# What a name is in an ARN, where the service's calls name one kind of thing.
KINDS = {"ecr": "repository/{}", "kms": "key/{}", "lambda": "function:{}", "secretsmanager": "secret:{}-AbCdEf"}


@dataclass(frozen=True)
class Place:
    """Where the calls were made."""

    region: str = "eu-west-1"
    account: str = "123456789012"

    def arn(self, service: str, name: str) -> str:
        """The ARN of what a service of the region calls so."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{name}"


@dataclass(frozen=True)
class Call:
    """One line of the log."""

    role: str
    service: str
    operation: str
    resource: str = ""
    status: int = 200

    @property
    def is_read(self) -> bool:
        """Whether it only looks."""
        return self.operation.startswith(READS)

    def asks(self, place: Place) -> Iterator[Asked]:
        """What IAM has to allow, so that the call is answered as it was."""
        yield Asked(action_of(self.service, self.operation), arn_of(self, place))
        if self.service == "s3" and self.operation in OBJECT_READS and self.status == 404:
            # Who may not list gets 403 instead (docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html). AWS's page
            # does not tell whether a condition on a list's prefix can be met then; the surer reading is that it cannot.
            yield Asked("s3:ListBucket", self.resource.partition("/")[0], {"s3:prefix": ()})


def calls_of(home: Path) -> list[Call]:
    """All calls that a platform has recorded, the older file's too."""
    files = (home / "aws" / "calls.jsonl.1", home / "aws" / "calls.jsonl")
    lines = (json.loads(line) for file in files if file.exists() for line in file.read_text().splitlines())
    # A call again and again is one piece of evidence.
    return list(dict.fromkeys(Call(**{name: line[name] for name in Call.__annotations__}) for line in lines))


def arn_of(call: Call, place: Place) -> str | None:
    """The ARN of what the call is about; none where the log names nothing, or not enough."""
    if call.resource.startswith("arn:") or not call.resource:
        return call.resource or None
    if call.service in KINDS:
        return place.arn(call.service, KINDS[call.service].format(call.resource))
    match call.service:
        case "airflow":
            return place.arn("airflow", _of_airflow(call))
        case "iam":
            return f"arn:aws:iam::{place.account}:role/{call.resource}" if "Role" in call.operation else None
        case "logs":
            stream = ":log-stream:any" if call.operation in STREAMS else ":*"
            return place.arn("logs", f"log-group:{call.resource}{stream}")
        case "sagemaker":
            return place.arn("sagemaker", _of_sagemaker(call))
    return None


def _of_airflow(call: Call) -> str:
    """The REST API is asked as one of Airflow's roles, of those that the caller's policy names; ours name this one."""
    return f"role/{call.resource}/User" if call.operation == "InvokeRestApi" else f"environment/{call.resource}"


def _of_sagemaker(call: Call) -> str:
    noun = re.sub(r"^[A-Z][a-z]+", "", call.operation).removesuffix("s")
    kind = re.sub(r"(?<!^)(?=[A-Z])", "-", noun).lower()
    if call.operation in ("CreateModelPackage", "ListModelPackages"):
        return f"model-package/{call.resource}/1"  # one of the group that is named
    return f"{kind}/{call.resource}"
