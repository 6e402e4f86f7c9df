"""S3 buckets that record policies and logging as given; moto half enforces both.

It refuses every write to a bucket whose policy denies plain HTTP, since it reads no conditions.
"""

from moto.iam.access_control import PermissionResult
from moto.s3 import models
from moto.s3.models import FakeBucket


class RecordingBucket(FakeBucket):
    """moto's bucket, without its guesses at who may do what."""

    def get_permission(self, action: str, resource: str) -> PermissionResult:
        """What the policy allows; what it denies is on record, and denied by nobody."""
        result = super().get_permission(action, resource)
        return PermissionResult.NEUTRAL if result == PermissionResult.DENIED else result

    @staticmethod
    def _log_permissions_enabled_policy(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
        """Nothing is ever logged here; AWS checks the right to write when it does."""
        return True


def mend() -> None:
    """Make our buckets."""
    models.FakeBucket = RecordingBucket  # type: ignore[misc]  # moto makes its buckets by this name
