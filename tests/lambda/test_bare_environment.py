"""The function as it is shipped: its one file, boto3, and events as GitLab's jobs send them."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FILES = sorted((Path(__file__).parents[2] / "lambda").glob("*.py"))
EVENTS = sorted((Path(__file__).parent / "events").glob("*.json"))


@pytest.mark.environment
@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_a_recorded_event_has_its_recorded_answer(bare_function: Any, mwaa: Any, path: Path) -> None:
    record = json.loads(path.read_text())
    mwaa.__dict__.update(record["mwaa"])
    assert bare_function.invoke(record["event"]) == record["answer"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_function_imports_only_boto3_and_the_standard_library(file: Path) -> None:
    nodes = list(ast.walk(ast.parse(file.read_text())))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    roots = {name.split(".")[0] for name in imported}
    assert roots - sys.stdlib_module_names == {"boto3", "botocore"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_importing_a_function_asks_for_no_region_and_no_variable(file: Path) -> None:
    program = f"import sys; sys.path.insert(0, sys.argv[1]); import {file.stem}; print({file.stem}.handler.__name__)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, str(file.parent)], env={}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "handler\n"
