"""The rules of values between jobs: what the job before has found outranks what a pipeline was started with."""

from pathlib import Path
from typing import Any

import pytest

NAMES = {"MODEL_PROJECT": "demo", "MODEL_NAME": "breast-cancer", "MODEL_VERSION": "1.4.0"}


@pytest.fixture
def trigger(run: Any, function: Any) -> Any:
    function.will_say("queued")

    def invoke(*arguments: str, **environment: str) -> Any:
        address = {"AWS_ENDPOINT_URL": function.url, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
        known = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true"}
        return run("trigger", "train", "--no-wait", *arguments, **(address | known | environment))

    return invoke


def test_a_variable_of_the_pipeline_does_not_change_the_version(trigger: Any, function: Any, env_file: Path) -> None:
    env_file.write_text("".join(f"{name}={value}\n" for name, value in NAMES.items()))
    ended = trigger(MODEL_VERSION="9.9.9", MODEL_NAME="churn")
    assert ended.code == 0, ended.err
    assert function.events[0]["conf"] == {"project": "demo", "model": "breast-cancer", "version": "1.4.0"}


def test_what_a_person_writes_counts_over_both(trigger: Any, function: Any, env_file: Path) -> None:
    env_file.write_text("".join(f"{name}={value}\n" for name, value in NAMES.items()))
    trigger("--version", "1.3.0", MODEL_VERSION="9.9.9")
    assert function.events[0]["conf"]["version"] == "1.3.0"


def test_without_a_file_the_variables_count(trigger: Any, function: Any) -> None:
    trigger(**NAMES)
    assert function.events[0]["conf"]["version"] == "1.4.0"
