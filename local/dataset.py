"""A model's data: made by its own data.py and put where model.toml's relative inputs point."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from local.environment import base_environment
from local.errors import PlatformError
from local.leash import on_leash
from local.platform import Platform
from local.run import Deaf, run

UNFINISHED = "upload-unfinished"


def has_data(s3: Any, *, bucket: str, prefix: str) -> bool:
    """Whether the bucket holds any data of the model; an upload that was broken off does not count."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{prefix}/data/")
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    return bool(keys) and f"{prefix}/data/{UNFINISHED}" not in keys


def bring_data(platform: Platform, s3: Any, source: Path, *, prefix: str) -> str:
    """Let the bucket hold data of the model, its data.py's where there is none yet; what was done."""
    if has_data(s3, bucket=platform.bucket, prefix=prefix):
        return f"kept, as it lies in {prefix}/data/"
    if (source / "data.py").exists():
        make_data(platform, source)
    count = upload_data(s3, source, bucket=platform.bucket, prefix=prefix)
    return f"{count} files to {prefix}/data/"


def make_data(platform: Platform, source: Path) -> None:
    """Run the model's data.py with the packages it requires, which writes the folder `data`."""
    requirements = source / "requirements.txt"
    packages = ("--with-requirements", str(requirements)) if requirements.exists() else ()
    python = ("--no-project", "--isolated", "--python", sys.executable, *packages, "python")
    environment = base_environment(platform.identity)
    if _are_here(python, environment=environment):
        environment["UV_OFFLINE"] = "1"
    command = on_leash("uv", "run", "--quiet", *python, "data.py")
    run(command, environment=environment, what="data.py", cwd=source, listener=Deaf())


def _are_here(python: Sequence[str], *, environment: Mapping[str, str]) -> bool:
    """Whether the packages have been fetched before, so that nobody needs a network."""
    command = ["uv", "run", "--quiet", "--offline", *python, "-c", ""]
    return subprocess.run(command, env=dict(environment), capture_output=True, check=False).returncode == 0


def upload_data(s3: Any, source: Path, *, bucket: str, prefix: str) -> int:
    """Copy every file of the folder `data` to the bucket; how many there were."""
    files = sorted(path for path in (source / "data").rglob("*") if path.is_file() and not path.name.startswith("."))
    if not files:
        raise PlatformError(
            f"{source / 'data'} holds no files to train on; put some there, or write a data.py that does"
        )
    s3.put_object(Bucket=bucket, Key=f"{prefix}/data/{UNFINISHED}")
    for path in files:
        s3.upload_file(os.fspath(path), bucket, f"{prefix}/{path.relative_to(source).as_posix()}")
    s3.delete_object(Bucket=bucket, Key=f"{prefix}/data/{UNFINISHED}")
    return len(files)
