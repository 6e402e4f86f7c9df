"""`python -m ci` as a job runs it: a process, words on stderr, an exit code."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def ci(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ci", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_an_error_is_words_on_stderr_and_its_exit_code(model: Path) -> None:
    (model / "train.py").unlink()
    ended = ci("check", "--source", model)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("modelway: ")
    assert ended.stderr.count("\n") == 1


def test_help_names_the_commands_in_the_order_of_the_road() -> None:
    words = ci("--help").stdout.split()
    places = [words.index(name) for name in ("fetch", "check", "version", "image", "publish", "trigger", "approve")]
    assert places == sorted(places)


def test_a_missing_option_names_its_variable(model: Path, env_file: Path) -> None:
    command = [sys.executable, "-m", "ci", "version", "--source", str(model), "--env-file", str(env_file)]
    ended = subprocess.run(
        command, cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "MODELWAY_BUCKET" in ended.stderr


def test_check_loads_neither_boto3_nor_airflow(model: Path) -> None:
    program = (
        "import sys; from ci.__main__ import cli\n"
        "cli(['check', '--source', sys.argv[1]], standalone_mode=False)\n"
        "print({'boto3', 'botocore', 'airflow', 'pylint'} & set(sys.modules))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(model)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ended.stdout.endswith("set()\n")
