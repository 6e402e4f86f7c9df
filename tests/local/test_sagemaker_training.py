"""Training jobs really run, and their records say what became of them."""

import io
import json
import tarfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.sagemaker_world import BUCKET, QUICK, RESOURCES, ROLE, World

pytestmark = pytest.mark.server
GROUP = "/aws/sagemaker/TrainingJobs"


@pytest.fixture(scope="module")
def world(launch_aws: Callable[..., Any]) -> World:
    return World(launch_aws(env=QUICK))


def artefact(world: World, uri: str) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(world.get(uri))) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}  # type: ignore[union-attr]


def facts(world: World, job: Any) -> Any:
    return json.loads(artefact(world, job["ModelArtifacts"]["S3ModelArtifacts"])["facts.json"])


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture(scope="module")
def happy(world: World) -> Any:
    world.put("data/train/a.csv")
    world.put("data/train/deep/b.csv")
    world.train(
        "happy",
        inputs={"train": f"s3://{BUCKET}/data/train/", "one": f"s3://{BUCKET}/data/train/a.csv"},
        hyperparameters={"c": "1.0", "lines": '["loss=0.5", "loss=0.25 acc=nan", ""]', "output": "fine"},
        metrics={"loss": "loss=([0-9.]+)", "never": "never=(.*)"},
        environment={"WHO": "me"},
    )
    return world.trained("happy")


def test_a_job_that_exits_with_0_is_completed_and_its_model_lies_in_s3(happy: Any) -> None:
    assert happy["TrainingJobStatus"] == happy["SecondaryStatus"] == "Completed"
    assert happy["ModelArtifacts"] == {"S3ModelArtifacts": f"s3://{BUCKET}/out/happy/output/model.tar.gz"}


def test_a_job_goes_through_its_secondary_statuses_in_order(happy: Any) -> None:
    transitions = happy["SecondaryStatusTransitions"]
    assert [row["Status"] for row in transitions] == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    assert all(row["StartTime"] <= row["EndTime"] for row in transitions)


def test_a_job_has_times_and_billable_seconds(happy: Any) -> None:
    assert happy["CreationTime"] <= happy["TrainingStartTime"] <= happy["TrainingEndTime"]
    assert happy["BillableTimeInSeconds"] >= 1
    assert happy["CreationTime"].tzinfo is not None


def test_channels_keep_relative_paths_and_a_single_object_its_name(world: World, happy: Any) -> None:
    assert facts(world, happy)["seen"] == ["one/a.csv", "train/a.csv", "train/deep/b.csv"]


def test_the_container_finds_the_training_contracts_files(world: World, happy: Any) -> None:
    config = facts(world, happy)["config"]
    assert config["hyperparameters.json"]["c"] == "1.0"
    assert config["inputdataconfig.json"]["train"] == {
        "TrainingInputMode": "File",
        "S3DistributionType": "FullyReplicated",
        "RecordWrapperType": "None",
    }
    assert config["resourceconfig.json"]["current_group_name"] == "homogeneousCluster"
    assert config["resourceconfig.json"]["hosts"] == ["algo-1"]


def test_the_container_knows_its_job_and_acts_as_its_role(world: World, happy: Any) -> None:
    seen = facts(world, happy)
    environment = seen["environment"]
    assert seen["argv"] == ["train"]
    assert (environment["TRAINING_JOB_NAME"], environment["WHO"], environment["FROM_IMAGE"]) == ("happy", "me", "yes")
    assert environment["TRAINING_JOB_ARN"] == happy["TrainingJobArn"]
    assert (environment["AWS_REGION"], environment["AWS_ENDPOINT_URL"]) == ("eu-west-1", world.aws.endpoint_url)
    assert environment["AWS_SESSION_TOKEN"]
    assert not [name for name in environment if name.startswith("SM_")]


def test_what_lies_in_output_data_is_packed_apart(world: World, happy: Any) -> None:
    assert happy
    assert artefact(world, f"s3://{BUCKET}/out/happy/output/output.tar.gz") == {"report.txt": b"fine"}


def test_the_last_value_of_a_metric_is_the_final_one(happy: Any) -> None:
    assert [(row["MetricName"], row["Value"]) for row in happy["FinalMetricDataList"]] == [("loss", 0.25)]


def test_metrics_reach_cloudwatch(world: World, happy: Any) -> None:
    dimensions = [{"Name": "TrainingJobName", "Value": happy["TrainingJobName"]}]
    found = world.aws.client("cloudwatch").list_metrics(Namespace=GROUP, Dimensions=dimensions)["Metrics"]
    assert {metric["MetricName"] for metric in found} == {"loss"}


def test_all_lines_are_in_cloudwatch_when_the_job_has_ended(world: World, happy: Any) -> None:
    assert happy
    assert world.lines(GROUP, "happy/algo-1-") == ["loss=0.5", "loss=0.25 acc=nan", " ", "working"]


def test_lines_are_in_cloudwatch_while_the_job_runs(world: World) -> None:
    world.train("talks", hyperparameters={"lines": '["first"]', "seconds": "100"})
    world.until(lambda: world.job("talks"), lambda job: job["SecondaryStatus"] == "Training")
    world.until(lambda: world.lines(GROUP, "talks/algo-1-"), lambda lines: "first" in lines)
    assert world.job("talks")["TrainingJobStatus"] == "InProgress"
    world.sm.stop_training_job(TrainingJobName="talks")
    world.trained("talks")


def test_a_failed_jobs_reason_is_what_it_wrote(world: World) -> None:
    world.train("sad", hyperparameters={"failure": "the data has no rows"})
    job = world.trained("sad")
    assert (job["TrainingJobStatus"], job["FailureReason"]) == ("Failed", "AlgorithmError: the data has no rows")
    assert "ModelArtifacts" not in job


def test_a_reason_is_cut_to_what_sagemaker_keeps(world: World) -> None:
    world.train("wordy", hyperparameters={"failure": "x" * 2000})
    assert len(world.trained("wordy")["FailureReason"]) == 1024


def test_a_job_that_says_nothing_fails_with_its_exit_code(world: World) -> None:
    world.train("silent", hyperparameters={"code": "3"})
    assert world.trained("silent")["FailureReason"] == "AlgorithmError: exit code 3"


def test_a_stopped_job_is_not_a_success_but_keeps_its_model(world: World) -> None:
    world.train("stopped", hyperparameters={"seconds": "100"})
    world.until(lambda: world.lines_or_none(GROUP, "stopped/"), lambda lines: "working" in lines)
    world.sm.stop_training_job(TrainingJobName="stopped")
    assert world.job("stopped")["TrainingJobStatus"] == "Stopping"
    job = world.trained("stopped")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert "facts.json" in artefact(world, job["ModelArtifacts"]["S3ModelArtifacts"])


def test_a_job_that_ignores_the_stop_is_killed_after_the_grace(world: World) -> None:
    world.train("stubborn", hyperparameters={"seconds": "100", "ignore": "yes"})
    world.until(lambda: world.lines_or_none(GROUP, "stubborn/"), lambda lines: "working" in lines)
    world.sm.stop_training_job(TrainingJobName="stubborn")
    assert world.trained("stubborn")["TrainingJobStatus"] == "Stopped"


def test_an_ended_job_cannot_be_stopped(world: World, happy: Any) -> None:
    assert happy
    words = "The request was rejected because the training job is in status Completed."
    assert refusal(world.sm.stop_training_job, TrainingJobName="happy") == ("ValidationException", words)


def test_a_job_that_runs_too_long_is_stopped_and_keeps_its_model(world: World) -> None:
    world.train("long", hyperparameters={"seconds": "100"}, max_runtime=1)
    job = world.trained("long")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert job["ModelArtifacts"]["S3ModelArtifacts"].endswith("/long/output/model.tar.gz")


def test_missing_data_fails_the_job_and_names_the_place(world: World) -> None:
    world.train("hungry", inputs={"train": f"s3://{BUCKET}/nothing/"})
    reason = f"ClientError: Data download failed: no objects under s3://{BUCKET}/nothing/"
    assert world.trained("hungry")["FailureReason"] == reason


def test_an_unknown_image_fails_the_job_and_names_the_image(world: World) -> None:
    image = world.image.split("@")[0] + ":9.9.9"
    world.train("imageless", image=image)
    reason = world.trained("imageless")["FailureReason"]
    assert image in reason
    assert "ci image" in reason


def test_an_image_of_another_builder_fails_the_job_and_says_what_to_do(world: World) -> None:
    layer = {
        "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
        "digest": f"sha256:{'0' * 64}",
        "size": 1,
    }
    manifest = json.dumps({"schemaVersion": 2, "mediaType": "x", "config": layer, "layers": [layer]})
    world.ecr.put_image(repositoryName="demo/world", imageManifest=manifest, imageTag="foreign")
    world.train("foreign", image=world.image.split("@")[0] + ":foreign")
    assert "build it with `ci image`" in world.trained("foreign")["FailureReason"]


def test_a_jobs_name_is_taken_for_ever(world: World, happy: Any) -> None:
    assert happy
    code, words = refusal(world.train, name="happy")
    assert code == "ResourceInUse"
    assert words.startswith("Job name must be unique within an AWS account and region, and a job with this name")


def test_an_unknown_job_is_a_validation_exception(world: World) -> None:
    assert refusal(world.sm.describe_training_job, TrainingJobName="nobody") == (
        "ValidationException",
        "Requested resource not found.",
    )


def test_more_than_one_instance_is_refused_at_once(world: World) -> None:
    code, words = refusal(
        world.sm.create_training_job,
        TrainingJobName="crowd",
        RoleArn=ROLE,
        AlgorithmSpecification={"TrainingImage": world.image, "TrainingInputMode": "File"},
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/out/"},
        ResourceConfig={**RESOURCES, "InstanceCount": 2},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )
    assert code == "ValidationException"
    assert "one instance a job" in words


def test_an_unreadable_metric_definition_is_refused_at_once(world: World) -> None:
    assert refusal(world.train, name="typo", metrics={"loss": "loss=("})[0] == "ValidationException"


def test_nothing_of_an_ended_jobs_disk_is_left(world: World, happy: Any) -> None:
    folder = world.aws.home / "aws/sagemaker/work/eu-west-1/training-job" / happy["TrainingJobName"]
    world.until(lambda: [path.name for path in folder.iterdir()], lambda names: names == ["log"])
