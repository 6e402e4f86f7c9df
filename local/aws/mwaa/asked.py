"""A request to MWAA as its operation and members, checked against the service's model."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from botocore.model import Shape
from werkzeug import Request

from local.aws.mwaa.refusal import invalid, not_here
from local.aws.operation import operation_name
from local.aws.rest import model_of, rest_call
from local.aws.scope import Scope
from local.aws.validation import complaint_about


@dataclass(frozen=True)
class Asked:
    """What a request asks for; `members` are as boto3 names them."""

    operation: str
    region: str
    members: dict[str, Any]

    @classmethod
    def read(cls, request: Request) -> Self:
        """The operation of the request; raise Refused where there is none, or a member is not as MWAA wants it."""
        scope = Scope.of(request.environ)
        call = rest_call(request, scope=scope.service)
        if call is None:
            raise not_here(f"{operation_name(request)} is no operation of MWAA's that the local AWS knows")
        shape = model_of("mwaa").operation_model(call.operation).input_shape
        members = body_of(request) | dict(query_of(request, shape)) | dict(call.labels)
        if complaint := complaint_about(members, shape=shape):
            raise invalid(complaint)
        return cls(call.operation, scope.region, members)


def body_of(request: Request) -> dict[str, Any]:
    """The members in the body."""
    try:
        content = json.loads(request.get_data() or b"{}")
    except ValueError as error:
        raise invalid("The request body is not JSON") from error
    if not isinstance(content, dict):
        raise invalid("The request body is no JSON object")
    return {name: value for name, value in content.items() if value is not None}


def query_of(request: Request, shape: Any) -> Iterator[tuple[str, Any]]:
    """The members in the query."""
    for name, member in shape.members.items():
        place = member.serialization
        if place.get("location") == "querystring" and place["name"] in request.args:
            yield name, read_values(request.args.getlist(place["name"]), member)


def read_values(values: list[str], shape: Shape) -> Any:
    """The values of one member of the query."""
    if shape.type_name == "list":
        return values
    try:
        return int(values[0]) if shape.type_name == "integer" else values[0]
    except ValueError as error:
        raise invalid(f"{shape.name} has to be a number, not {values[0]!r}") from error
