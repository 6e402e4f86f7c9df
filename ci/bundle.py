"""`bundle`: dags/, plugins.zip and requirements.txt, where MWAA reads them."""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from botocore.exceptions import ClientError

from ci import cloud, git, options

CHECKOUT = Path(__file__).parents[1]
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can hold
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
    dags = {f"dags/{name}": (checkout / "dags" / name).read_bytes() for name in _files(checkout / "dags")}
    plugins = {"plugins.zip": archive(checkout / "plugins")}
    return dags | plugins | {"requirements.txt": (checkout / "requirements.txt").read_bytes()}


def archive(folder: Path) -> bytes:
    """Return the folder's files as a zip file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name in _files(folder):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            file.writestr(entry, (folder / name).read_bytes())
    return content.getvalue()


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


def _files(folder: Path) -> Iterator[str]:
    names = git.tracked(folder)
    if names is None:
        names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return iter(sorted(name for name in names if "__pycache__" not in name))
