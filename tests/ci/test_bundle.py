"""The rules of `bundle`: what MWAA reads, the same bytes for the same sources, and no DAG that was deleted."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ci.bundle import bundle
from tests.ci.conftest import BUCKET, ROOT, Ended

pytestmark = pytest.mark.server


def lying(aws: Any) -> dict[str, str]:
    """The bucket's keys and the versions of what lies there."""
    return {item["Key"]: item["LastModified"] for item in aws.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]}


def test_mwaa_finds_dags_plugins_and_requirements(run: Any, aws: Any) -> None:
    ended: Ended = run("bundle")
    assert ended.code == 0, ended.err
    keys = lying(aws)
    assert {"airflow/dags/train.py", "airflow/dags/train.md", "airflow/dags/deploy.py"} <= set(keys)
    s3 = aws.client("s3")
    content = s3.get_object(Bucket=BUCKET, Key="airflow/plugins.zip")["Body"].read()
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert {".airflowignore", "modelway/__init__.py", "modelway/tasks/waiting.py"} <= set(names)
    requirements = s3.get_object(Bucket=BUCKET, Key="airflow/requirements.txt")["Body"].read()
    assert requirements == (ROOT / "requirements.txt").read_bytes()


def test_a_second_time_nothing_is_written(run: Any, aws: Any) -> None:
    run("bundle")
    before = lying(aws)
    assert ", 0 written, 0 removed" in run("bundle").out
    assert lying(aws) == before


def test_a_dag_that_is_gone_here_is_removed_there_and_nothing_else(run: Any, aws: Any) -> None:
    for key in ("airflow/dags/old.py", "airflow/other.txt", "models/x"):
        aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"")
    assert f"removed: s3://{BUCKET}/airflow/dags/old.py" in run("bundle").out
    assert {"airflow/other.txt", "models/x"} <= set(lying(aws))
    assert "airflow/dags/old.py" not in lying(aws)


def test_the_same_sources_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("dags/a.py", "plugins/modelway/b.py", "plugins/modelway/__pycache__/b.pyc", "requirements.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    first = bundle(tmp_path)
    (tmp_path / "plugins/modelway/b.py").touch()
    assert bundle(tmp_path) == first
    assert zipfile.ZipFile(io.BytesIO(first["plugins.zip"])).namelist() == ["modelway/b.py"]
