"""Objects in S3."""

import hashlib
import json
from typing import Any

from botocore.exceptions import ClientError

from modelway.errors import NotFound

_CHUNK = 1024 * 1024


def read(s3: Any, *, bucket: str, key: str) -> bytes:
    """The object's bytes; NotFound when it is not there."""
    try:
        body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        raise _missing(error, bucket, key) from error
    return body


def read_head(s3: Any, *, bucket: str, key: str, size: int) -> bytes:
    """At most `size` bytes from the object's start."""
    try:
        body: bytes = s3.get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{size - 1}")["Body"].read()
    except ClientError as error:
        raise _missing(error, bucket, key) from error
    return body


def read_json(s3: Any, *, bucket: str, key: str) -> Any:
    """The object's JSON document."""
    return json.loads(read(s3, bucket=bucket, key=key))


def find_json(s3: Any, *, bucket: str, key: str) -> Any | None:
    """The object's JSON document, or None when there is no such object."""
    try:
        return read_json(s3, bucket=bucket, key=key)
    except NotFound:
        return None


def write(s3: Any, body: bytes, *, bucket: str, key: str, content_type: str = "application/json") -> None:
    """Write or overwrite the object."""
    s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type)


def write_new(s3: Any, body: bytes, *, bucket: str, key: str, content_type: str = "application/json") -> bool:
    """Write the object unless there is one already; whether it was written. Two writers cannot both win."""
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type, IfNoneMatch="*")
    except ClientError as error:
        if error.response["Error"]["Code"] in ("PreconditionFailed", "ConditionalRequestConflict"):
            return False
        raise
    return True


def first_key(s3: Any, *, bucket: str, prefix: str, suffix: str) -> str:
    """The first object under the prefix that ends so and has bytes in it; NotFound when there is none."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            if found["Size"] and found["Key"].endswith(suffix):
                return str(found["Key"])
    raise NotFound(f"there is no {suffix} file under s3://{bucket}/{prefix}; upload one first")


def sha256(s3: Any, *, bucket: str, key: str) -> str:
    """The SHA-256 of the object's bytes, in hex, read in pieces."""
    digest = hashlib.sha256()
    try:
        for chunk in s3.get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(_CHUNK):
            digest.update(chunk)
    except ClientError as error:
        raise _missing(error, bucket, key) from error
    return digest.hexdigest()


def split(uri: str) -> tuple[str, str]:
    """The bucket and key of an `s3://` URI."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def _missing(error: ClientError, bucket: str, key: str) -> NotFound:
    """NotFound in our words; what may pass by itself is raised again as it is, so that a task is retried."""
    code = error.response["Error"]["Code"]
    if code in ("NoSuchKey", "NoSuchBucket", "404"):
        return NotFound(f"s3://{bucket}/{key} does not exist ({code})")
    raise error
