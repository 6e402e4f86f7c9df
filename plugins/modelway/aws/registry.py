"""The model registry: models, packages, and the approval that a package carries."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from modelway.errors import NotFound, Refused
from modelway.names import ModelId
from modelway.versions import TrainedVersion

Description = Mapping[str, Any]


def create_once(sagemaker: Any, operation: str, request: Mapping[str, Any]) -> None:
    """Create a model, an endpoint configuration or a group; one of that name is as good.

    Their names tell their content, so what a lost answer left behind is what was asked for.
    """
    try:
        getattr(sagemaker, operation)(**request)
    except ClientError as error:
        if not _exists_already(error):
            raise


def packages(sagemaker: Any, model: ModelId) -> Iterator[Description]:
    """The summaries of the model's packages, newest first."""
    pages = sagemaker.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName=model.sagemaker, SortBy="CreationTime", SortOrder="Descending"
    )
    try:
        for page in pages:
            yield from page["ModelPackageSummaryList"]
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ValidationException", "ResourceNotFound"):
            raise


def trained_version(summary: Description) -> str:
    """The trained version that a package's description starts with."""
    return str(summary.get("ModelPackageDescription", "")).partition(" ")[0]


def find_package(sagemaker: Any, model: ModelId, version: TrainedVersion) -> Description | None:
    """The whole description of the version's package, or None when it was never registered."""
    for summary in packages(sagemaker, model):
        if trained_version(summary) == str(version):
            found: Description = sagemaker.describe_model_package(ModelPackageName=summary["ModelPackageArn"])
            return found
    return None


def read_package(sagemaker: Any, model: ModelId, version: TrainedVersion) -> Description:
    """The version's package; NotFound names the versions that are registered."""
    package = find_package(sagemaker, model, version)
    if package is None:
        known = [trained_version(summary) for summary in packages(sagemaker, model)]
        there = f"there are {', '.join(known)}" if known else "none of its versions was ever trained to the end"
        raise NotFound(f"{model} has no trained version {version}; {there}")
    return package


def require_approved(package: Description, *, model: ModelId, version: TrainedVersion) -> None:
    """Refuse a package that nobody approved."""
    status = package["ModelApprovalStatus"]
    if status != "Approved":
        raise Refused(f"{model} {version} is {status}, not Approved; a person has to approve it before it is deployed")


def require_model(sagemaker: Any, package: Description) -> str:
    """The name of the SageMaker model that was made with the package; Refused unless both hold the same thing."""
    name = package["CustomerMetadataProperties"]["model_name"]
    asked = package["InferenceSpecification"]["Containers"][0]
    found = sagemaker.describe_model(ModelName=name)["PrimaryContainer"]
    for what in ("Image", "ModelDataUrl"):
        if asked[what] != found[what]:
            raise Refused(f"model {name} has {what} {found[what]}, its approved package {asked[what]}; train it again")
    return str(name)


def _exists_already(error: ClientError) -> bool:
    """SageMaker has no code for it: the ValidationException's words are all it gives."""
    details = error.response["Error"]
    return details["Code"] == "ResourceInUse" or "already exist" in details["Message"]
