"""The bucket of the platform."""

from typing import Any

from botocore.exceptions import ClientError


def ensure_bucket(s3: Any, name: str, *, region: str) -> None:
    """Make the bucket unless it is there, private and versioned as Terraform's."""
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
            raise
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
