"""Moves files between S3 and a job's folder."""

import shutil
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError

UPLOAD = TransferConfig(use_threads=False)


class TransferError(Exception):
    """Objects cannot be read or written; the message is what AWS puts in a FailureReason."""


def download(client: Any, uri: str, folder: Path) -> None:
    """Copy one object, or all below a prefix with their relative paths; raises TransferError, also for none."""
    if not download_any(client, uri, folder):
        raise TransferError(f"ClientError: Data download failed: no objects under {uri}")


def download_any(client: Any, uri: str, folder: Path) -> int:
    """The same where there may be none; how many there were."""
    bucket, key = split(uri)
    try:
        found = matching(client, bucket, key)
        for name, path in found.items():
            _fetch(client, bucket, name, _inside(folder, path))
    except (BotoCoreError, ClientError) as error:
        raise TransferError(f"ClientError: Data download failed: {uri}: {error}") from error
    return len(found)


def matching(client: Any, bucket: str, key: str) -> dict[str, str]:
    """The keys to copy and their relative paths; a key of exactly this name is a single object."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=key)
    keys = [row["Key"] for page in pages for row in page.get("Contents", []) if not row["Key"].endswith("/")]
    if key in keys:
        return {key: PurePosixPath(key).name}
    below = key if key.endswith("/") or not key else f"{key}/"
    inside = {name: name.removeprefix(below) for name in keys if name.startswith(below)}
    start = key.rfind("/") + 1  # a bare prefix such as data/part- matches names that go on
    return inside or {name: name[start:] for name in keys}


def _fetch(client: Any, bucket: str, key: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    body = client.get_object(Bucket=bucket, Key=key)["Body"]
    with path.open("wb") as file:
        shutil.copyfileobj(body, file, 1 << 20)


def _inside(folder: Path, relative: str) -> Path:
    """The path below the folder; a key with `..` would leave it."""
    if ".." in PurePosixPath(relative).parts:
        raise TransferError(
            f"ClientError: Data download failed: the key {relative!r} leaves its folder; rename the object"
        )
    return folder / relative.lstrip("/")


def upload(client: Any, file: Path, uri: str) -> None:
    """Copy one file to an object; raises TransferError."""
    bucket, key = split(uri)
    try:
        client.upload_file(str(file), bucket, key, Config=UPLOAD)
    except (Boto3Error, BotoCoreError, ClientError, OSError) as error:
        raise TransferError(f"ClientError: Data upload failed: {uri}: {error}") from error


def upload_folder(client: Any, folder: Path, uri: str) -> None:
    """Copy all files below a folder to below a prefix; raises TransferError."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            upload(client, path, join(uri, path.relative_to(folder).as_posix()))


def split(uri: str) -> tuple[str, str]:
    """Bucket and key of `s3://bucket/key`."""
    parts = urlsplit(uri, allow_fragments=False)
    return parts.netloc, parts.path.removeprefix("/")


def join(uri: str, *parts: str) -> str:
    """The URI of what lies below a prefix."""
    return "/".join([uri.rstrip("/"), *parts])
