"""The model, its package, and the endpoint that answers for it, as SageMaker's requests."""

import csv
import io
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from modelway import names
from modelway.errors import RunFailed
from modelway.plan import Plan
from modelway.record import JobRecord
from modelway.spec import ModelSpec
from modelway.verdict import Verdict
from modelway.versions import TrainedVersion

VARIANT = "live"
"""The one name of the production variant: traffic shifting and alarms need it to stay the same over updates."""

MAX_METADATA_VALUE = 256
Request = dict[str, Any]


def model(*, name: str, container: Request, role_arn: str, tags: list[dict[str, str]]) -> Request:
    """The CreateModel request."""
    return {"ModelName": name, "PrimaryContainer": container, "ExecutionRoleArn": role_arn, "Tags": tags}


def container(plan: Plan, *, artifact: str, bucket: str) -> Request:
    """The container definition that a model and its package share."""
    return {
        "Image": plan.release.image,
        "ModelDataUrl": artifact,
        "Environment": plan.container_environment(bucket=bucket),
    }


def package(
    plan: Plan,
    *,
    container: Request,
    model_name: str,
    training: JobRecord,
    artifact_sha256: str,
    evaluation: str,
    verdict: Verdict,
) -> Request:
    """The CreateModelPackage request: what a person approves. `evaluation` is the S3 URI of evaluation.json.

    A version that may not be deployed enters the registry as rejected. Its description starts with the trained
    version, since lists of packages show the description but not the metadata.
    """
    return {
        "ModelPackageGroupName": plan.id.sagemaker,
        "ModelPackageDescription": f"{plan.version} {verdict.outcome}: {verdict.reason}"[:1024],
        "ModelApprovalStatus": "PendingManualApproval" if verdict.deployable else "Rejected",
        "InferenceSpecification": {
            "Containers": [container],
            "SupportedContentTypes": ["text/csv", "application/json"],
            "SupportedResponseMIMETypes": ["application/json", "text/csv"],
            "SupportedRealtimeInferenceInstanceTypes": [plan.spec.deploy.instances.type],
        },
        "ModelMetrics": {"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": evaluation}}},
        "CustomerMetadataProperties": _metadata(
            version=plan.version,
            model_name=model_name,
            training_job=training.name,
            trained_on=training.instance_type,
            run_id=plan.run_id,
            commit=plan.release.commit,
            verdict=verdict.outcome.value,
            image_digest=plan.release.image.partition("@")[2],
            artifact_sha256=artifact_sha256,
        ),
    }


def endpoint_config(
    spec: ModelSpec, version: TrainedVersion, *, model_name: str, tags: list[dict[str, str]]
) -> Request:
    """The CreateEndpointConfig request, named by its content."""
    variant = {
        "VariantName": VARIANT,
        "ModelName": model_name,
        "InstanceType": spec.deploy.instances.type,
        "InitialInstanceCount": spec.deploy.instances.count,
        "InitialVariantWeight": 1.0,
    }
    return {
        "EndpointConfigName": names.endpoint_config_name(spec.id, version, variant),
        "ProductionVariants": [variant],
        "Tags": tags,
    }


def heaviest_variant(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """The variant of an endpoint configuration that gets most of the traffic; the first of equals."""
    variants: Sequence[Mapping[str, Any]] = config["ProductionVariants"]
    return max(variants, key=lambda variant: variant.get("InitialVariantWeight", 1.0))


def confirm_live(endpoint: Mapping[str, Any], *, config: str) -> None:
    """Raise RunFailed unless the endpoint serves exactly the configuration that was asked for.

    An update that SageMaker rolls back ends InService as well, on the old configuration.
    """
    name, status, live = endpoint["EndpointName"], endpoint["EndpointStatus"], endpoint.get("EndpointConfigName")
    reason = endpoint.get("FailureReason") or "SageMaker gave no reason (or another deployment came after this one)"
    if status != "InService":
        raise RunFailed(f"endpoint {name} is {status}: {reason}")
    if live != config:
        raise RunFailed(f"endpoint {name} was rolled back: it serves {live}, not {config}, because {reason}")


def _metadata(**values: str) -> dict[str, str]:
    return {key: value[:MAX_METADATA_VALUE] for key, value in values.items() if value}


def sample_rows(text: str, *, target: str, count: int) -> str:
    """The first rows of a labelled CSV file as a request body: no header, no target column.

    Of a file's beginning, its last line may be cut off and is not taken.
    """
    rows = list(islice(csv.reader(io.StringIO(text[: text.rfind("\n") + 1])), count + 1))
    if not rows or target not in rows[0]:
        raise RunFailed(
            f"the test file has no column {target!r}; its first line is {','.join(rows[0])[:200] if rows else ''!r}"
        )
    column = rows[0].index(target)
    body = io.StringIO()
    csv.writer(body, lineterminator="\n").writerows(row[:column] + row[column + 1 :] for row in rows[1:])
    return body.getvalue()


def confirm_version(attributes: str, *, version: str) -> None:
    """Raise RunFailed when another version has answered; a bring-your-own image may not say which."""
    told = dict(part.partition("=")[::2] for part in attributes.split(";"))
    if told.get("version", version) != version:
        raise RunFailed(f"the endpoint answers as version {told['version']}, not {version}")


def example_call(endpoint: str) -> str:
    """A command that asks the endpoint."""
    return (
        f"aws sagemaker-runtime invoke-endpoint --endpoint-name {endpoint} --content-type text/csv"
        " --body fileb://rows.csv answer.json"
    )
