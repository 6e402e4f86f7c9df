"""`bundle`: dags/, plugins.zip and requirements.txt, where MWAA reads them."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from botocore.exceptions import ClientError

from ci import cloud, options
from ci.archive import CHECKOUT, files_below, plugins_zip

SUM = "sha256"


@click.command("bundle")
@options.env_file
@options.bucket
@click.option("--prefix", default="airflow/", show_default=True, help="The folder in the bucket.")
def command(env_file: Path, bucket: str, prefix: str) -> None:
    """Publish this checkout's DAGs, plugins and requirements to the bucket."""
    contents = {prefix + name: content for name, content in bundle(CHECKOUT).items()}
    with cloud.connected() as session:
        s3 = session.client("s3")
        changed = [key for key, content in contents.items() if put(s3, content, bucket=bucket, key=key)]
        gone = remove(s3, bucket=bucket, prefix=f"{prefix}dags/", keep=contents)
    for word, keys in (("written", changed), ("removed", gone)):
        for key in keys:
            click.echo(f"{word}: s3://{bucket}/{key}")
    click.echo(f"{len(contents)} files, {len(changed)} written, {len(gone)} removed")


def bundle(checkout: Path) -> dict[str, bytes]:
    """Return the files by their names below the prefix, of what git tracks; the same bytes for the same sources."""
    dags = {f"dags/{name}": (checkout / "dags" / name).read_bytes() for name in files_below(checkout / "dags")}
    plugins = {"plugins.zip": plugins_zip(checkout)}
    return dags | plugins | {"requirements.txt": (checkout / "requirements.txt").read_bytes()}


def put(s3: Any, content: bytes, *, bucket: str, key: str) -> bool:
    """Write the object unless it is there already: MWAA takes every new version of plugins.zip for an update."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        if s3.head_object(Bucket=bucket, Key=key)["Metadata"].get(SUM) == digest:
            return False
    except ClientError as error:
        # Without the right to list the bucket, S3 answers 403 for an object that is not there.
        if error.response["Error"]["Code"] not in ("404", "403"):
            raise
    s3.put_object(Bucket=bucket, Key=key, Body=content, Metadata={SUM: digest})
    return True


def remove(s3: Any, *, bucket: str, prefix: str, keep: Mapping[str, bytes]) -> list[str]:
    """Delete what lies below the prefix and is no longer in the bundle: a DAG that is deleted must not go on."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    gone = [item["Key"] for page in pages for item in page.get("Contents", []) if item["Key"] not in keep]
    for key in gone:
        s3.delete_object(Bucket=bucket, Key=key)
    return gone
