"""The contract of .gitlab/: a job is a command, in the order in which a desk runs it, and has no right too many."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ci import results
from ci.__main__ import COMMANDS
from local.pushing import STEPS

ROOT = Path(__file__).parents[2]
GITLAB = ROOT / ".gitlab"
COMMAND = re.compile(r"python -m ci ([a-z]+)( train| deploy)?")
FILES = ("job", "road", "hand", "schedule", "main")


def jobs(file: str) -> dict[str, Any]:
    """The jobs of a file, and what they extend."""
    shared = yaml.safe_load((GITLAB / "job.yml").read_text())
    own = yaml.safe_load((GITLAB / f"{file}.yml").read_text())
    return {name: merged(job, shared | own) for name, job in own.items() if isinstance(job, dict) and "stage" in job}


def merged(job: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """The job with what it extends."""
    parents = job.get("extends", [])
    whole: dict[str, Any] = {}
    for parent in [parents] if isinstance(parents, str) else parents:
        whole |= merged(known[parent], known)
    return whole | job


def commands(script: list[str]) -> list[str]:
    return ["".join(found) for line in script for found in COMMAND.findall(line)]


def steps_of(file: str) -> Iterator[str]:
    """The ci commands that a module of the desk runs, in the order of its text."""
    calls = [node for node in ast.walk(ast.parse((ROOT / "local" / file).read_text())) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: node.lineno):
        match call:
            case ast.Call(func=ast.Attribute(attr="check", value=ast.Attribute(attr="road"))):
                yield "check"
            case ast.Call(func=ast.Attribute(attr="step"), args=[ast.Constant(value=str(name)), *rest]):
                second = [word.value for word in rest if isinstance(word, ast.Constant) and isinstance(word.value, str)]
                yield " ".join([name, *second[:1]])


def test_the_desk_runs_the_commands_of_the_road_in_its_order() -> None:
    road = [command for job in jobs("road").values() for command in commands(job["script"])]
    assert road.pop(0) == "fetch"  # a desk has the sources
    road.remove("note")  # and no merge request
    assert road == [*steps_of("pushing.py"), *steps_of("approval.py")]
    assert [command.split()[0] for command in road[1:5]] == list(STEPS)


@pytest.mark.parametrize("file", ["road", "hand", "schedule", "main"])
def test_a_line_of_a_job_is_one_command_that_exists(file: str) -> None:
    for name, job in jobs(file).items():
        for line in job["script"]:
            found = COMMAND.match(line)
            assert found, f"{name}: {line}"
            assert found[1] in COMMANDS


@pytest.mark.parametrize("file", sorted(path.name for path in GITLAB.glob("*.yml")))
def test_no_variable_meets_the_shell_without_quotes(file: str) -> None:
    content = yaml.safe_load((GITLAB / file).read_text())
    for name, job in content.items():
        for line in job.get("script", []) if isinstance(job, dict) else []:
            outside = re.sub(r'"[^"]*"', "", line)
            assert "$" not in outside, f"{name}: {line}"
            assert "$(" not in line
            assert "`" not in line


def test_what_looks_at_a_model_s_code_has_no_role() -> None:
    road = jobs("road")
    assert [name for name, job in road.items() if "id_tokens" not in job] == ["fetch", "check", "note"]


def test_who_decides_is_signed_and_only_there() -> None:
    signed = {
        name for file in FILES for name, job in jobs(file).items() if "MODELWAY_ID_TOKEN" in job.get("id_tokens", {})
    }
    assert signed == {"deploy", "deploy-by-hand"}
    for file, name in (("road", "deploy"), ("hand", "deploy-by-hand")):
        assert jobs(file)[name]["script"][0] == "python -m ci approve --models models.toml"


def test_nothing_waits_for_the_button() -> None:
    road = jobs("road")
    (rule,) = road["deploy"]["rules"]
    assert (rule["when"], rule["allow_failure"]) == ("manual", True)
    assert not any("deploy" in job.get("needs", []) + job.get("dependencies", []) for job in road.values())
    assert list(road)[-1] == "deploy"


def test_a_run_that_goes_on_is_a_warning_and_any_other_end_a_failure() -> None:
    assert jobs("road")["train"]["allow_failure"] == {"exit_codes": 3}


def test_a_training_s_results_are_published_however_it_ended() -> None:
    for file, name in (("road", "train"), ("schedule", "retrain")):
        job = jobs(file)[name]
        (line,) = job["script"]
        assert line.endswith(" --results results")
        assert (job["artifacts"]["when"], job["artifacts"]["paths"]) == ("always", ["results/"])
        assert job["artifacts"]["reports"] == {
            "junit": f"results/{results.JUNIT}",
            "metrics": f"results/{results.METRICS}",
            "annotations": f"results/{results.ANNOTATIONS}",
        }


def test_a_note_changes_nobody_s_result_and_its_token_is_for_its_job_alone() -> None:
    road = jobs("road")
    assert road["note"]["allow_failure"] is True
    assert [rule["when"] for rule in road["note"]["rules"]] == ["always"]
    assert road["note"]["environment"] == {"name": "notes", "action": "access"}
    others = [job for file in FILES for name, job in jobs(file).items() if name != "note"]
    assert not [job for job in others if "notes" in str(job.get("environment", ""))]


def test_what_is_proven_of_a_push_travels_as_a_file() -> None:
    road = jobs("road")
    assert "push.json" in road["fetch"]["artifacts"]["paths"]
    assert all(
        "fetch" in road[name].get("dependencies", road[name].get("needs")) for name in ("version", "package", "note")
    )
