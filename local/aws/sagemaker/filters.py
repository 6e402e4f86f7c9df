"""The filters of List operations: those that are heeded here, and those that are refused rather than passed over."""

from collections.abc import Mapping
from typing import Any

from local.aws.sagemaker.refusal import invalid

HEEDED = frozenset(
    {
        *("NextToken", "MaxResults", "SortBy", "SortOrder", "NameContains", "StatusEquals"),
        *("CreationTimeAfter", "CreationTimeBefore", "LastModifiedTimeAfter", "LastModifiedTimeBefore"),
        *("ModelApprovalStatus", "ModelPackageGroupName", "ModelPackageType"),
        *("HyperParameterTuningJobName", "ResourceArn"),
    }
)
# Here are neither warm pools nor training plans, and no other account; each with the value that asks for none.
REFUSED: Mapping[str, Mapping[str, str]] = {
    "ListTrainingJobs": {"WarmPoolStatusEquals": "", "TrainingPlanArnEquals": ""},
    "ListModelPackageGroups": {"CrossAccountFilterOption": "SameAccount"},
}


def refuse_unheeded(operation: str, request: Mapping[str, Any]) -> None:
    """Raise a Refusal for a filter that would have no effect."""
    for member, harmless in REFUSED.get(operation, {}).items():
        if request.get(member, harmless) != harmless:
            raise invalid(f"{operation}: the local platform does not filter by {member}; leave it out.")
