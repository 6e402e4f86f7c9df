"""Processing jobs really run, between what they read from S3 and what they leave there."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.sagemaker_world import BUCKET, QUICK, World

pytestmark = pytest.mark.server
ROOT = "/opt/ml/processing"
GROUP = "/aws/sagemaker/ProcessingJobs"


@pytest.fixture(scope="module")
def world(launch_aws: Callable[..., Any]) -> World:
    return World(launch_aws(env=QUICK))


@pytest.fixture(scope="module")
def happy(world: World) -> Any:
    world.put("test/a.csv", b"1")
    world.put("test/deep/b.csv", b"2")
    world.process(
        "happy",
        inputs={
            f"{ROOT}/input/test": f"s3://{BUCKET}/test/",
            f"{ROOT}/input/model": world.put("m/model.tar.gz", b"tar"),
        },
        outputs={f"{ROOT}/output/report": f"s3://{BUCKET}/reports/happy"},
        environment={"MESSAGE": "f1=0.9", "WHO": "me"},
    )
    return world.processed("happy")


@pytest.fixture(scope="module")
def report(world: World, happy: Any) -> Any:
    assert happy["ProcessingJobStatus"] == "Completed"
    return json.loads(world.get(f"s3://{BUCKET}/reports/happy/deep/seen.json"))


def test_a_prefix_keeps_relative_paths_and_a_single_object_its_name(report: Any) -> None:
    assert report["seen"] == {
        "input/test/a.csv": "1",
        "input/test/deep/b.csv": "2",
        "input/model/model.tar.gz": "tar",
    }


def test_the_container_gets_its_arguments_and_environment(report: Any, happy: Any) -> None:
    assert report["args"] == ["--flag"]
    assert (report["environment"]["WHO"], report["environment"]["PROCESSING_JOB_NAME"]) == ("me", "happy")
    assert report["environment"]["PROCESSING_JOB_ARN"] == happy["ProcessingJobArn"]


def test_the_container_finds_the_processing_contracts_files(report: Any) -> None:
    assert report["config"]["processingjobconfig.json"]["ProcessingJobName"] == "happy"
    assert report["config"]["resourceconfig.json"]["current_host"] == "algo-1"


def test_the_exit_message_and_the_lines_are_kept(world: World, happy: Any) -> None:
    assert happy["ExitMessage"] == "f1=0.9"
    assert world.lines(GROUP, "happy/") == ["processed"]


def test_a_failed_job_says_why_and_leaves_no_outputs(world: World) -> None:
    world.process(
        "sad",
        outputs={f"{ROOT}/output/report": f"s3://{BUCKET}/reports/sad"},
        environment={"CODE": "4", "MESSAGE": "no rows"},
    )
    job = world.processed("sad")
    assert (job["ProcessingJobStatus"], job["FailureReason"]) == ("Failed", "AlgorithmError: no rows")
    assert "Contents" not in world.s3.list_objects_v2(Bucket=BUCKET, Prefix="reports/sad")


def test_a_job_that_says_nothing_fails_with_its_exit_code(world: World) -> None:
    world.process("silent", environment={"CODE": "4"})
    assert world.processed("silent")["FailureReason"] == "AlgorithmError: exit code 4"


def test_a_stopped_job_is_not_a_success(world: World) -> None:
    world.process("stopped", environment={"SECONDS": "100"})
    world.sm.stop_processing_job(ProcessingJobName="stopped")
    assert world.processed("stopped")["ProcessingJobStatus"] == "Stopped"


def test_a_job_that_runs_too_long_is_stopped_and_says_so(world: World) -> None:
    world.process("long", environment={"SECONDS": "100"}, max_runtime=1)
    job = world.processed("long")
    assert job["ProcessingJobStatus"] == "Stopped"
    assert "MaxRuntimeInSeconds of 1" in job["FailureReason"]


def test_missing_data_fails_the_job_and_names_the_place(world: World) -> None:
    world.process("hungry", inputs={f"{ROOT}/input/test": f"s3://{BUCKET}/nothing/"})
    assert f"no objects under s3://{BUCKET}/nothing/" in world.processed("hungry")["FailureReason"]


@pytest.mark.parametrize("path", ["/tmp/in", "/opt/ml/processing/../model", "relative"])
def test_a_local_path_outside_the_processing_folder_is_refused(world: World, path: str) -> None:
    with pytest.raises(ClientError, match="must begin with /opt/ml/processing/"):
        world.process("stray", inputs={path: f"s3://{BUCKET}/test/"})


def test_environment_values_longer_than_256_are_refused(world: World) -> None:
    with pytest.raises(ClientError, match="less than or equal to 256"):
        world.process("chatty", environment={"MESSAGE": "x" * 257})


def test_an_unknown_job_is_a_validation_exception(world: World) -> None:
    with pytest.raises(ClientError, match="Could not find requested job with name: nobody") as caught:
        world.sm.describe_processing_job(ProcessingJobName="nobody")
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_a_jobs_name_is_taken_for_ever(world: World, happy: Any) -> None:
    assert happy
    with pytest.raises(ClientError, match="ResourceInUse"):
        world.process("happy")
