"""Which operation a REST request asks for: its method, path and query against botocore's service model."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from werkzeug import Request

# Credential scope -> botocore's name of the service, where requests name no operation.
SERVICES = {"airflow": "mwaa", "lambda": "lambda", "s3": "s3", "sagemaker": "sagemaker-runtime"}
LABEL = re.compile(r"\{(\w+)(\+?)\}")


@dataclass(frozen=True)
class Route:
    """How the requests of one operation look."""

    operation: str
    method: str
    path: re.Pattern[str]
    query: tuple[tuple[str, str], ...]
    headers: tuple[str, ...]

    @property
    def strictness(self) -> int:
        """How much a request needs to be this operation's: of two that fit, the stricter one is meant."""
        return len(self.query) + len(self.headers)

    def fits(self, request: Request) -> bool:
        """Whether the request is one of this operation's."""
        return (
            request.method == self.method
            and self.path.fullmatch(request.path) is not None
            and all(name in request.args and value in ("", request.args[name]) for name, value in self.query)
            and all(name in request.headers for name in self.headers)
        )


@dataclass(frozen=True)
class RestCall:
    """The operation that a request asks for, and what its path names."""

    operation: str
    labels: Mapping[str, str]


def rest_call(request: Request, *, scope: str) -> RestCall | None:
    """What a REST request asks for; none where the service speaks otherwise or has no such operation."""
    service = SERVICES.get(scope)
    if service is None:
        return None
    fitting = [route for route in routes_of(service) if route.fits(request)]
    if not fitting:
        return None
    route = max(fitting, key=lambda candidate: candidate.strictness)
    match = route.path.fullmatch(request.path)
    assert match is not None
    return RestCall(route.operation, match.groupdict())


@cache
def routes_of(service: str) -> tuple[Route, ...]:
    """The routes of all operations."""
    model = model_of(service)
    operations = [model.operation_model(name) for name in model.operation_names]
    return tuple(route_of(operation) for operation in operations if not operation.deprecated)


@cache
def model_of(service: str) -> ServiceModel:
    """The service's model as botocore ships it."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def route_of(operation: OperationModel) -> Route:
    """The route of an operation."""
    path, _, query = str(operation.http["requestUri"]).partition("?")
    literal = parse_qsl(query, keep_blank_values=True)
    required = [(name, "") for name in required_at(operation, "querystring")]
    return Route(
        operation=operation.name,
        method=operation.http["method"],
        path=pattern_of(path),
        query=(*literal, *required),
        headers=tuple(required_at(operation, "header")),
    )


def pattern_of(path: str) -> re.Pattern[str]:
    """The path's template as a pattern; a key, and an ARN, may hold slashes."""

    def group(match: re.Match[str]) -> str:
        name, greedy = match.groups()
        return f"(?P<{name}>{'.+' if greedy or name.endswith('Arn') else '[^/]+'})"

    return re.compile(LABEL.sub(group, path.rstrip("/")) + "/?", re.DOTALL)


def required_at(operation: OperationModel, location: str) -> Iterator[str]:
    """The names of the members that a request must have in its query or headers."""
    shape: Any = operation.input_shape
    for name in shape.required_members if shape is not None else ():
        member = shape.members[name]
        if member.serialization.get("location") == location:
            yield member.serialization.get("name", name)
