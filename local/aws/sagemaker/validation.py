"""Checks each request against SageMaker's service model."""

from typing import Any

from local.aws.sagemaker.refusal import invalid
from local.aws.sagemaker.service import service_model
from local.aws.validation import complaint_about


def refuse_invalid(operation: str, request: Any) -> None:
    """Raise a Refusal that lists all that is wrong; unknown operations pass."""
    if operation not in service_model().operation_names:
        return
    if complaint := complaint_about(request, shape=service_model().operation_model(operation).input_shape):
        raise invalid(complaint)
