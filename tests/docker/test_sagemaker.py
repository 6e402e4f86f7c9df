"""SageMaker runs images of Docker's: a training job, a processing job, an endpoint, and their ends."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docker
import pytest
from botocore.exceptions import ClientError

from bench.docker_host import DockerHost
from local.engine.containers import HOME
from tests.docker.conftest import remember
from tests.docker.world import DockerWorld
from tests.local.sagemaker_world import BUCKET, QUICK

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.server]


def containers_of(client: docker.DockerClient, home: Path) -> list[Any]:
    return client.containers.list(all=True, filters={"label": f"{HOME}={home}"}, ignore_removed=True)


def test_a_training_job_leaves_its_artefact_and_log(world: DockerWorld, client: docker.DockerClient) -> None:
    data = world.put("data/train/rows.csv", b"1,2\n").rpartition("/")[0]
    world.train("good", inputs={"train": f"{data}/"}, hyperparameters={"lines": '["loss=0.5"]'})
    job = world.trained("good")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert world.get(job["ModelArtifacts"]["S3ModelArtifacts"])
    assert world.lines("/aws/sagemaker/TrainingJobs", "good") == ["loss=0.5", "working"]
    assert containers_of(client, world.aws.home) == []


def test_a_job_that_fails_says_why(world: DockerWorld) -> None:
    world.train("bad", hyperparameters={"failure": "no such column"})
    assert world.trained("bad")["FailureReason"] == "AlgorithmError: no such column"


def test_a_stopped_job_is_stopped(world: DockerWorld, client: docker.DockerClient) -> None:
    world.train("long", hyperparameters={"seconds": "600", "ignore": "yes"})
    world.until(lambda: world.lines_or_none("/aws/sagemaker/TrainingJobs", "long"), lambda lines: "working" in lines)
    world.sm.stop_training_job(TrainingJobName="long")
    assert world.trained("long")["TrainingJobStatus"] == "Stopped"
    assert containers_of(client, world.aws.home) == []


def test_a_processing_job_leaves_its_output(world: DockerWorld) -> None:
    world.process(
        "eval",
        arguments=["x"],
        inputs={"/opt/ml/processing/input/a": world.put("in/a.txt", b"text")},
        outputs={"/opt/ml/processing/output/report": f"s3://{BUCKET}/report"},
    )
    job = world.processed("eval")
    assert job["ProcessingJobStatus"] == "Completed", job.get("FailureReason")
    assert b'"args": ["x"]' in world.get(f"s3://{BUCKET}/report/deep/seen.json")


def test_an_endpoint_answers_and_is_gone_when_it_is_deleted(world: DockerWorld, client: docker.DockerClient) -> None:
    endpoint = world.serve("live")
    assert endpoint["EndpointStatus"] == "InService", endpoint.get("FailureReason")
    assert world.say("live", "hello")["model"] == "live"
    world.sm.delete_endpoint(EndpointName="live")
    world.until(lambda: containers_of(client, world.aws.home), lambda found: not found)


def test_after_a_kill_nothing_runs_twice_and_endpoints_come_back(
    launch_aws: Callable[..., Any], host: DockerHost, client: docker.DockerClient, tmp_path: Path
) -> None:
    aws = launch_aws(env=QUICK, home=tmp_path / "home")
    remember(aws.home, host)
    world = DockerWorld(aws, client)
    world.serve("kept")
    world.train("lost", hyperparameters={"seconds": "600"})
    world.until(lambda: world.lines_or_none("/aws/sagemaker/TrainingJobs", "lost"), lambda lines: "working" in lines)
    before = {container.id for container in containers_of(client, aws.home)}
    assert len(before) == 2
    aws.kill()
    aws.start()
    world.until(lambda: world.endpoint("kept"), lambda _: _answers(world, "kept"))
    assert not before & {container.id for container in containers_of(client, aws.home)}
    assert world.trained("lost")["TrainingJobStatus"] == "Failed"
    aws.stop()
    assert containers_of(client, aws.home) == []


def _answers(world: DockerWorld, name: str) -> bool:
    try:
        return bool(world.say(name)["model"] == name)
    except ClientError:  # not known yet, or still starting
        return False
