"""A model's data: made by its own data.py and put where model.toml's relative inputs point."""

import os
import sys
from pathlib import Path
from typing import Any

from local.environment import base_environment
from local.leash import on_leash
from local.platform import Platform
from local.run import run


def has_data(s3: Any, *, bucket: str, prefix: str) -> bool:
    """Whether the bucket holds any data of the model."""
    return int(s3.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/data/", MaxKeys=1)["KeyCount"]) > 0


def make_data(platform: Platform, source: Path) -> None:
    """Run the model's data.py with the packages it requires, which writes the folder `data`."""
    requirements = source / "requirements.txt"
    packages = ("--with-requirements", str(requirements)) if requirements.exists() else ()
    python = ("--no-project", "--isolated", "--python", sys.executable, *packages, "python", "data.py")
    environment = base_environment(platform.identity)
    run(on_leash("uv", "run", "--quiet", *python), environment=environment, what="data.py", cwd=source)


def upload_data(s3: Any, source: Path, *, bucket: str, prefix: str) -> int:
    """Copy every file of the folder `data` to the bucket; how many there were."""
    files = sorted(path for path in (source / "data").rglob("*") if path.is_file() and not path.name.startswith("."))
    for path in files:
        s3.upload_file(os.fspath(path), bucket, f"{prefix}/{path.relative_to(source).as_posix()}")
    return len(files)
