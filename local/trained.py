"""Whether a released version is trained already: a push of unchanged sources then has nothing left to do."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from local.actors import USER, session_of
from local.platform import Platform
from local.pushed import Pushed
from local.refusals import aws_refusals


def training_run(platform: Platform, pushed: Pushed) -> str | None:
    """The DAG run that registered the version's model package; none where there is no such package yet."""
    package = _package(platform, pushed)
    return None if package is None else str(package["CustomerMetadataProperties"]["run_id"])


@aws_refusals()
def _package(platform: Platform, pushed: Pushed) -> Mapping[str, Any] | None:
    sagemaker = session_of(platform, USER).client("sagemaker", endpoint_url=platform.aws_url)
    pages = sagemaker.get_paginator("list_model_packages").paginate(ModelPackageGroupName=pushed.endpoint)
    try:
        for summary in (each for page in pages for each in page["ModelPackageSummaryList"]):
            if summary.get("ModelPackageDescription", "").partition(" ")[0] == pushed.version:
                found: Mapping[str, Any] = sagemaker.describe_model_package(ModelPackageName=summary["ModelPackageArn"])
                return found
    except ClientError as error:
        # There is no group before the first training has come to its end.
        if error.response["Error"]["Code"] not in ("ValidationException", "ResourceNotFound"):
            raise
    return None
