"""The bare imports are what our files say today."""

from pathlib import Path

from bench.bare import airflow_imports

OURS = """
import json
from typing import TYPE_CHECKING

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from airflow.sdk import dag, task
from modelway import names

if TYPE_CHECKING:
    from airflow.models import TaskInstance

def late():
    from airflow.models.dagbag import DagBag
"""


def test_only_the_imports_of_airflow_that_run_with_the_file_count(tmp_path: Path) -> None:
    file = tmp_path / "dag.py"
    file.write_text(OURS)
    assert airflow_imports([file]) == [
        "from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook",
        "from airflow.sdk import dag, task",
    ]


def test_an_import_of_two_files_counts_once(tmp_path: Path) -> None:
    files = [tmp_path / "dag.py", tmp_path / "task.py"]
    for file in files:
        file.write_text("import airflow.sdk\n")
    assert airflow_imports(files) == ["import airflow.sdk"]
