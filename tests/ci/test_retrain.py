"""The rules of `retrain`: the newest trained version's image, one training further."""

from pathlib import Path
from typing import Any

import pytest

from ci.retrain import next_training
from modelway.errors import NotFound
from modelway.names import ModelId

MODEL = ModelId("demo", "breast-cancer")


@pytest.mark.parametrize(
    ("listed", "following"),
    [
        (["1.4.0"], "1.4.0+r2"),
        (["1.4.0+r9", "1.4.0+r10", "1.4.0"], "1.4.0+r11"),
        (["1.4.0+r7", "1.10.0", "1.9.0"], "1.10.0+r2"),
        (["somebody else's", "", "1.0.0"], "1.0.0+r2"),
    ],
)
def test_the_newest_version_is_trained_once_more(listed: list[str], following: str) -> None:
    assert str(next_training(MODEL, listed)) == following


def test_a_model_without_a_training_is_told_so() -> None:
    with pytest.raises(NotFound, match="demo/breast-cancer was never trained to the end"):
        next_training(MODEL, [])


def register(aws: Any) -> None:
    """Register 1.4.0, as the train DAG does."""
    sagemaker = aws.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="demo--breast-cancer")
    sagemaker.create_model_package(
        ModelPackageGroupName="demo--breast-cancer",
        ModelPackageDescription="1.4.0 first: because",
        ModelApprovalStatus="PendingManualApproval",
        InferenceSpecification={
            "Containers": [
                {"Image": "x.dkr.ecr.eu-west-1.amazonaws.com/a@sha256:1", "ModelDataUrl": "s3://b/model.tar.gz"}
            ],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )


def test_the_run_is_one_of_train_with_its_reason(run: Any, aws: Any, function: Any) -> None:
    register(aws)
    function.will_say("queued")
    named = ("--project", "demo", "--model", "breast-cancer")
    ended = run("retrain", *named, "--no-wait", AWS_ENDPOINT_URL_LAMBDA=function.url)
    assert ended.code == 0, ended.err
    conf = {"project": "demo", "model": "breast-cancer", "version": "1.4.0+r2", "reason": "retraining"}
    assert (function.events[0]["dag_id"], function.events[0]["conf"]) == ("train", conf)


NAMES = "MODEL_PROJECT=demo\nMODEL_NAME=breast-cancer\nMODEL_VERSION=1.4.0\n"


@pytest.mark.parametrize("sources", ["released", "new"])  # a job that is repeated has new ones
def test_what_is_trained_starts_no_run(run: Any, aws: Any, function: Any, env_file: Path, sources: str) -> None:
    register(aws)
    env_file.write_text(f"{NAMES}MODEL_SOURCES={sources}\n")
    ended = run("trigger", "train", AWS_ENDPOINT_URL_LAMBDA=function.url)
    assert ended.code == 0, ended.err
    assert "demo/breast-cancer is trained already, nothing to do: 1.4.0 first: because" in ended.out
    assert function.events == []


def test_unchanged_sources_that_nobody_has_trained_are(run: Any, aws: Any, function: Any, env_file: Path) -> None:
    env_file.write_text(f"{NAMES}MODEL_SOURCES=released\n")
    function.will_say("queued")
    assert run("trigger", "train", "--no-wait", AWS_ENDPOINT_URL_LAMBDA=function.url).code == 0
    assert len(function.events) == 1
