"""What the processes of a model need, taken from its records once, so that a restart needs nothing else."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from local.aws.records import Record, Records
from local.aws.sagemaker.configs import find_config
from local.aws.sagemaker.models import containers, find_model
from local.aws.sagemaker.packages import package_arn
from local.aws.sagemaker.place import Place


class PlanError(Exception):
    """A configuration cannot be served here; the message is the endpoint's FailureReason."""


@dataclass(frozen=True)
class VariantPlan:
    """One production variant: its image, artefact, environment and share of the traffic."""

    name: str
    model: str
    image: str
    artefact: str | None
    environment: Mapping[str, str]
    role: str | None
    weight: float
    count: int

    def as_record(self) -> dict[str, Any]:
        """What the endpoint's record keeps."""
        return asdict(self)


def plan_variants(records: Records, place: Place, config_name: str) -> list[VariantPlan]:
    """The plans of a configuration's variants; raises PlanError or a Refusal."""
    config = find_config(records, place, config_name)
    return [_plan(records, place, config, variant) for variant in config["ProductionVariants"]]


def plan_model(records: Records, place: Place, name: str) -> VariantPlan:
    """The plan of a model by itself, as a batch transform serves it; raises PlanError or a Refusal."""
    model = find_model(records, place, name)
    container = _resolved(records, place, _only_container(model))
    return VariantPlan(
        name=name,
        model=name,
        image=container["Image"],
        artefact=container.get("ModelDataUrl"),
        environment=container.get("Environment", {}),
        role=model.get("ExecutionRoleArn"),
        weight=1.0,
        count=1,
    )


def _plan(records: Records, place: Place, config: Record, variant: Mapping[str, Any]) -> VariantPlan:
    plan = plan_model(records, place, variant["ModelName"])
    return replace(
        plan,
        name=variant["VariantName"],
        role=plan.role or config.get("ExecutionRoleArn"),
        weight=variant.get("InitialVariantWeight", 1.0),
        count=variant.get("InitialInstanceCount", 1),
    )


def _only_container(model: Record) -> Mapping[str, Any]:
    found = containers(model)
    if len(found) != 1:
        raise PlanError(
            f"Model {model['ModelName']} has {len(found)} containers; the local platform serves exactly one"
        )
    return found[0]


def _resolved(records: Records, place: Place, container: Mapping[str, Any]) -> Mapping[str, Any]:
    """The container itself, or what its model package says with the container's environment over it."""
    if "ModelPackageName" not in container:
        return container
    package = records.find(package_arn(place, container["ModelPackageName"]))
    if package is None:
        raise PlanError(f"ModelPackage {container['ModelPackageName']} does not exist any more")
    inner = package["InferenceSpecification"]["Containers"][0]
    return {**inner, "Environment": {**inner.get("Environment", {}), **container.get("Environment", {})}}
