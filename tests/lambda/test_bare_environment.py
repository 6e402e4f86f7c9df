"""The function as it is shipped: its one file, boto3, and events as GitLab's jobs send them."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).parents[2] / "lambda" / "trigger_dag.py"
EVENTS = sorted((Path(__file__).parent / "events").glob("*.json"))


@pytest.mark.environment
@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_a_recorded_event_has_its_recorded_answer(bare_function: Any, mwaa: Any, path: Path) -> None:
    record = json.loads(path.read_text())
    mwaa.__dict__.update(record["mwaa"])
    assert bare_function.invoke(record["event"]) == record["answer"]


def test_the_function_imports_only_boto3_and_the_standard_library() -> None:
    nodes = list(ast.walk(ast.parse(FILE.read_text())))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    roots = {name.split(".")[0] for name in imported}
    assert roots - sys.stdlib_module_names == {"boto3", "botocore"}


def test_importing_the_function_asks_for_no_region_and_no_variable() -> None:
    program = "import sys; sys.path.insert(0, sys.argv[1]); import trigger_dag; print(trigger_dag.handler.__name__)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, str(FILE.parent)], env={}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "handler\n"
