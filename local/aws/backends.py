"""Which moto backends are kept, and how one of them is named in a file."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from moto.backends import get_backend
from moto.core.base_backend import BackendDict, BaseBackend

# Credential scope -> the moto services in which a write of it leaves traces.
TRACES = {
    "application-autoscaling": ("applicationautoscaling",),
    "budgets": ("budgets",),
    "ec2": ("ec2",),
    "ecr": ("ecr",),
    "events": ("events", "logs", "sqs"),  # an event ends in its rules' targets
    "firehose": ("firehose",),
    "iam": ("iam",),
    "kms": ("kms",),
    "lambda": ("awslambda",),
    "logs": ("logs",),
    "monitoring": ("cloudwatch",),
    "s3": ("s3",),
    "sagemaker": ("logs", "cloudwatch"),
    "secretsmanager": ("secretsmanager",),
    "sns": ("sns",),
    "sqs": ("sqs",),
    "ssm": ("ssm",),
    "sts": ("sts", "iam"),  # an assumed role is a session in one and an access key in the other
}
KEPT = tuple(sorted({service for services in TRACES.values() for service in services}))


@dataclass(frozen=True)
class BackendName:
    """Where moto keeps one backend."""

    service: str
    account: str
    region: str

    @classmethod
    def of(cls, backend: BaseBackend) -> Self:
        """The name of a backend, also of one whose class is ours."""
        module = next(base.__module__ for base in type(backend).__mro__ if base.__module__.startswith("moto."))
        return cls(module.split(".")[1], backend.account_id, backend.region_name)

    def find(self) -> BaseBackend:
        """The backend of that name, made when there is none yet."""
        backend: BaseBackend = backends_of(self.service)[self.account][self.region]
        return backend


def backends_of(service: str) -> BackendDict[Any]:
    """All backends of a service by account and region."""
    return get_backend(service)  # type: ignore[call-overload,no-any-return]  # moto lists its 200 names as literals


def backends_in_use(service: str) -> Iterator[tuple[BackendName, BaseBackend]]:
    """The service's backends that somebody has called; none, and no import, when the service was never used."""
    if f"moto.{service}.models" not in sys.modules:
        return
    for account, region, backend in list(backends_of(service).iter_backends()):
        yield BackendName(service, account, region), backend
