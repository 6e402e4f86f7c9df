"""`python -m bench`, as a person or a job runs it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from bench.checkout import CHECKOUT
from bench.interpreter import clean_environment


def bench(*words: str, checkout: Path = CHECKOUT) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end."""
    command = [sys.executable, "-m", "bench", *words]
    return subprocess.run(command, cwd=checkout, env=clean_environment(), capture_output=True, text=True, check=False)


def test_help_lists_every_bench() -> None:
    listed = bench("--help").stdout
    assert all(f"\n  {name} " in listed for name in ("lambda", "parse", "road", "waiting"))


def test_the_lambda_bench_tells_its_figures() -> None:
    done = bench("lambda", "--rounds", "1")
    assert done.returncode == 0, done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["bench"] == "lambda"
    assert last["figures"].keys() == {"import_ratio", "boto3_ms", "import_ms", "zip_kb"}
    assert all(value > 0 for value in last["figures"].values())


def test_a_function_that_cannot_be_imported_has_no_figures(tmp_path: Path) -> None:
    for room in ("bench", "local", "lambda"):
        shutil.copytree(CHECKOUT / room, tmp_path / room)
    (tmp_path / "lambda" / "trigger_dag.py").write_text("raise RuntimeError('broken on purpose')\n")
    done = bench("lambda", "--rounds", "1", checkout=tmp_path)
    assert done.returncode == 1
    assert "broken on purpose" in done.stderr
    assert "figures" not in done.stdout


def test_no_round_is_no_measurement() -> None:
    assert bench("lambda", "--rounds", "0").returncode == 2
