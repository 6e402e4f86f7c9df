"""A bucket that had versions can be emptied: that is how Terraform deletes one."""

from typing import Any

import pytest

from tests.local.conftest import LocalAws

pytestmark = pytest.mark.server


def emptied(s3: Any, bucket: str) -> list[dict[str, str]]:
    """Delete all that is listed, in the order of the list; what was refused."""
    listed = s3.list_object_versions(Bucket=bucket)
    found = [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]
    objects = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
    errors: list[dict[str, str]] = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects}).get("Errors", [])
    return errors


def test_deleted_objects_and_their_markers_go_with_their_versions(aws: LocalAws) -> None:
    s3: Any = aws.client("s3")
    s3.create_bucket(Bucket="full", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket="full", VersioningConfiguration={"Status": "Enabled"})
    for key in ("kept", "deleted", "deleted and written again"):
        s3.put_object(Bucket="full", Key=key, Body=b"1")
    for key in ("deleted", "deleted and written again", "never there"):
        s3.delete_object(Bucket="full", Key=key)
    s3.put_object(Bucket="full", Key="deleted and written again", Body=b"2")
    s3.put_bucket_versioning(Bucket="full", VersioningConfiguration={"Status": "Suspended"})
    assert emptied(s3, "full") == []
    assert {"Versions", "DeleteMarkers"}.isdisjoint(s3.list_object_versions(Bucket="full"))
    s3.delete_bucket(Bucket="full")
