"""SageMaker's service model as botocore ships it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape, StructureShape


@cache
def service_model() -> ServiceModel:
    """The model of the `sagemaker` API."""
    return ServiceModel(Loader().load_service_model("sagemaker", "service-2"), "sagemaker")


def shown(operation: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """Those members of a record that the operation's answer has."""
    return _members(service_model().operation_model(operation).output_shape, record)


def listed(operation: str, records: list[Mapping[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """The name of a list operation's result and a summary of each record."""
    output: Any = service_model().operation_model(operation).output_shape
    name, shape = next((name, shape) for name, shape in output.members.items() if shape.type_name == "list")
    return name, [_members(shape.member, record) for record in records]


def _members(shape: Shape | None, record: Mapping[str, Any]) -> dict[str, Any]:
    known = shape.members if isinstance(shape, StructureShape) else {}
    return {name: record[name] for name in known if record.get(name) is not None}
