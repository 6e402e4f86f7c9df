"""SageMaker's resources as pages: what Describe says, and the way to the log."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID

from local.aws.console.page import Markup, Page, badge, link, linked, table

MOVING = ("InProgress", "Stopping", "Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting")
NEWEST = 20


@dataclass(frozen=True)
class Kind:
    """How SageMaker tells about one kind of resource."""

    plural: str
    describe: str
    listing: str
    name_key: str
    state_key: str = ""
    has_log: bool = False


def _job(noun: str, plural: str) -> Kind:
    return Kind(
        plural,
        f"describe_{noun}_job",
        f"list_{noun}_jobs",
        f"{noun.title()}JobName",
        f"{noun.title()}JobStatus",
        has_log=True,
    )


KINDS = {
    "training-job": _job("training", "Training jobs"),
    "processing-job": _job("processing", "Processing jobs"),
    "transform-job": _job("transform", "Transform jobs"),
    "hyper-parameter-tuning-job": Kind(
        "Tuning jobs",
        "describe_hyper_parameter_tuning_job",
        "list_hyper_parameter_tuning_jobs",
        "HyperParameterTuningJobName",
        "HyperParameterTuningJobStatus",
    ),
    "endpoint": Kind(
        "Endpoints", "describe_endpoint", "list_endpoints", "EndpointName", "EndpointStatus", has_log=True
    ),
    "endpoint-config": Kind(
        "Endpoint configurations", "describe_endpoint_config", "list_endpoint_configs", "EndpointConfigName"
    ),
    "model": Kind("Models", "describe_model", "list_models", "ModelName"),
}
PACKAGE = Kind(
    "Model packages", "describe_model_package", "list_model_packages", "ModelPackageName", "ModelApprovalStatus"
)


def describe(sagemaker: Any, kind: str, name: str) -> Mapping[str, Any]:
    """Describe's whole answer."""
    if kind == "model-package":
        region = sagemaker.meta.region_name
        arn = f"arn:aws:sagemaker:{region}:{DEFAULT_ACCOUNT_ID}:model-package/{name}"
        answer = sagemaker.describe_model_package(ModelPackageName=arn)
    else:
        answer = getattr(sagemaker, KINDS[kind].describe)(**{KINDS[kind].name_key: name})
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def state_of(kind: str, description: Mapping[str, Any]) -> str:
    """Its state, empty where there is none."""
    return str(description.get(KINDS.get(kind, PACKAGE).state_key, ""))


def resource_page(sagemaker: Any, kind: str, name: str, *, home: str) -> Page:
    """Everything that SageMaker says of the resource."""
    description = describe(sagemaker, kind, name)
    of_kind = KINDS.get(kind, PACKAGE)
    log = link("Log", f"{home}log/{kind}/{name}") if of_kind.has_log else Markup()
    rows: list[tuple[object, ...]] = [(key, _value(value, home)) for key, value in description.items()]
    return Page(
        title=f"{kind.replace('-', ' ')} {name}",
        body=Markup(f'<p class="links">{log}</p>{table(rows)}'),
        state=(state := state_of(kind, description)),
        unfinished=state in MOVING,
    )


def _value(value: Any, home: str) -> Markup:
    if isinstance(value, Mapping | list):
        return Markup(f"<pre>{linked(json.dumps(value, indent=2, default=str, ensure_ascii=False), home=home)}</pre>")
    return linked(str(value), home=home)


def resource_lists(sagemaker: Any, *, home: str) -> Markup:
    """The newest of each kind."""
    lists = [_list(sagemaker, kind, home) for kind in KINDS]
    return Markup("".join([*lists, _packages(sagemaker, home)]))


def _list(sagemaker: Any, kind: str, home: str) -> Markup:
    of_kind = KINDS[kind]
    asked = {"SortBy": "CreationTime", "SortOrder": "Descending", "MaxResults": NEWEST}
    answer = getattr(sagemaker, of_kind.listing)(**asked)
    summaries = next(value for key, value in answer.items() if isinstance(value, list))
    rows: list[tuple[object, ...]] = [
        (
            link(summary[of_kind.name_key], f"{home}{kind}/{summary[of_kind.name_key]}"),
            badge(str(summary.get(of_kind.state_key, ""))),
            f"{summary['CreationTime']:%Y-%m-%d %H:%M:%S}",
        )
        for summary in summaries
    ]
    return _section(of_kind.plural, rows)


def _packages(sagemaker: Any, home: str) -> Markup:
    groups = sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]
    rows: list[tuple[object, ...]] = []
    for group in groups:
        found = sagemaker.list_model_packages(ModelPackageGroupName=group["ModelPackageGroupName"])
        for package in found["ModelPackageSummaryList"]:
            name = package["ModelPackageArn"].partition("/")[2]
            described = package.get("ModelPackageDescription", "")
            state = badge(str(package.get("ModelApprovalStatus", "")))
            rows.append((link(name, f"{home}model-package/{name}"), state, described))
    return _section(PACKAGE.plural, rows)


def _section(title: str, rows: list[tuple[object, ...]]) -> Markup:
    return Markup(f"<h2>{title}</h2>{table(rows, look='list') if rows else '<p>none</p>'}")
