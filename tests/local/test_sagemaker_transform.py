"""Transform jobs really post each object to the model's container, and keep what it answers."""

import gzip
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.aws.sagemaker.refusal import Refusal
from local.aws.sagemaker.transform import refuse_unsupported
from local.aws.sagemaker.transform_payloads import PayloadError, payloads
from local.aws.sagemaker.transform_settings import TransformSettings, settings_of
from tests.local.sagemaker_requests import transform_job
from tests.local.sagemaker_world import BUCKET, QUICK, World

GROUP = "/aws/sagemaker/TransformJobs"
LINES = TransformSettings({}, True, False, False, False, 7, 1, 60, 1)


class Batches(World):
    """A world with transform jobs in it."""

    def transform(self, name: str, source: str, *, model: str = "steady", split: str = "None", **more: Any) -> Any:
        """A transform job of this prefix to `batch/{name}`, once it has ended."""
        self.sm.create_transform_job(**transform_job(name, source, model=model, split=split, **more))
        return self.transformed(name)

    def transformed(self, name: str) -> Any:
        """The transform job once it has ended."""
        return self.until(
            lambda: self.sm.describe_transform_job(TransformJobName=name),
            lambda job: job["TransformJobStatus"] not in ("InProgress", "Stopping"),
        )

    def outputs(self, name: str) -> dict[str, str]:
        """What lies below the job's output path."""
        prefix = f"batch/{name}/"
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return {row["Key"].removeprefix(prefix): self.get(f"s3://{BUCKET}/{row['Key']}").decode() for row in found}


@pytest.fixture(scope="module")
def world(launch_aws: Callable[..., Any]) -> Batches:
    world = Batches(launch_aws(env=QUICK))
    world.model("steady", FLAVOUR="plain")
    world.put("rows/a.csv", b"1,2\n3,4\n")
    world.put("rows/deep/b.csv", b"5,6\n")
    return world


@pytest.fixture(scope="module")
def happy(world: Batches) -> Any:
    return world.transform("happy", f"s3://{BUCKET}/rows/", output={"Accept": "application/json"})


@pytest.mark.server
def test_each_object_has_its_answer_beside_its_relative_path(world: Batches, happy: Any) -> None:
    assert happy["TransformJobStatus"] == "Completed"
    answers = {name: json.loads(text)["body"] for name, text in world.outputs("happy").items()}
    assert answers == {"a.csv.out": "1,2\n3,4\n", "deep/b.csv.out": "5,6\n"}


@pytest.mark.server
def test_the_container_knows_the_batch_and_gets_the_jobs_headers(world: Batches, happy: Any) -> None:
    assert happy["TransformStartTime"] <= happy["TransformEndTime"]
    said = json.loads(world.outputs("happy")["a.csv.out"])
    assert (said["model"], said["flavour"], said["batch"]) == ("steady", "plain", {"SAGEMAKER_BATCH": "true"})
    assert (said["headers"]["Content-Type"], said["headers"]["Accept"]) == ("text/csv", "application/json")


@pytest.mark.server
def test_what_the_container_writes_is_in_the_jobs_log(world: Batches, happy: Any) -> None:
    assert happy
    assert world.lines(GROUP, "happy/") == ["serving"]


@pytest.mark.server
def test_single_records_are_answered_line_by_line_in_order(world: Batches) -> None:
    job = world.transform(
        "single",
        f"s3://{BUCKET}/rows/a.csv",
        split="Line",
        BatchStrategy="SingleRecord",
        Environment={"FLAVOUR": "of the job"},
        output={"AssembleWith": "Line"},
    )
    assert job["TransformJobStatus"] == "Completed"
    said = [json.loads(line) for line in world.outputs("single")["a.csv.out"].splitlines()]
    assert [(row["body"], row["flavour"]) for row in said] == [("1,2", "of the job"), ("3,4", "of the job")]
    assert said[0]["batch"]["SAGEMAKER_BATCH_STRATEGY"] == "SingleRecord"


@pytest.mark.server
def test_objects_go_side_by_side_as_far_as_the_job_allows(world: Batches) -> None:
    world.put("pair/a", b"together")
    world.put("pair/b", b"together")
    job = world.transform("pair", f"s3://{BUCKET}/pair/", MaxConcurrentTransforms=2)
    assert job["TransformJobStatus"] == "Completed"  # alone, each would wait for the other in vain


@pytest.mark.server
def test_an_object_that_is_refused_fails_the_job_and_keeps_no_half_output(world: Batches) -> None:
    world.put("mixed/bad", b"fine\nstatus 400\n")
    world.put("mixed/good", b"fine\n")
    job = world.transform("mixed", f"s3://{BUCKET}/mixed/", split="Line", BatchStrategy="SingleRecord")
    reason = "AlgorithmError: bad: Bad HTTP status received from algorithm: 400: told to"
    assert (job["TransformJobStatus"], job["FailureReason"]) == ("Failed", reason)
    assert list(world.outputs("mixed")) == ["good.out"]
    assert reason.removeprefix("AlgorithmError: ") in world.lines(GROUP, "mixed/")


@pytest.mark.server
def test_a_container_that_does_not_come_up_fails_the_job(world: Batches) -> None:
    world.model("broken", EXIT="1")
    job = world.transform("broken", f"s3://{BUCKET}/rows/", model="broken")
    assert "did not pass the ping health check" in job["FailureReason"]
    assert "cannot load the model" in world.lines(GROUP, "broken/")


@pytest.mark.server
def test_a_container_that_dies_is_started_again_and_asked_again(world: Batches) -> None:
    world.put("crash/a", b"crash")
    world.put("crash/b", b"fine")
    job = world.transform("crash", f"s3://{BUCKET}/crash/", ModelClientConfig={"InvocationsMaxRetries": 1})
    assert job["FailureReason"].startswith("AlgorithmError: a: No answer from the container: its connection broke")
    assert world.lines(GROUP, "crash/").count("serving") == 3
    assert list(world.outputs("crash")) == ["b.out"]


@pytest.mark.server
def test_a_prefix_without_objects_fails_the_job(world: Batches) -> None:
    assert f"no objects under s3://{BUCKET}/none/" in world.transform("none", f"s3://{BUCKET}/none/")["FailureReason"]


@pytest.mark.server
def test_a_stopped_job_is_not_a_success_and_leaves_no_output(world: Batches) -> None:
    world.put("slow/a", b"quick")
    world.put("slow/b", b"sleep 100")
    world.sm.create_transform_job(**transform_job("stopped", f"s3://{BUCKET}/slow/"))
    world.until(lambda: world.lines_or_none(GROUP, "stopped/"), lambda lines: "serving" in lines)
    world.sm.stop_transform_job(TransformJobName="stopped")
    assert world.transformed("stopped")["TransformJobStatus"] == "Stopped"
    assert world.outputs("stopped") == {}
    with pytest.raises(ClientError, match="is in status Stopped"):
        world.sm.stop_transform_job(TransformJobName="stopped")


@pytest.mark.server
def test_jobs_are_listed_and_tagged_and_keep_their_names(world: Batches, happy: Any) -> None:
    listed = world.sm.list_transform_jobs(NameContains="happy", StatusEquals="Completed")["TransformJobSummaries"]
    assert [row["TransformJobArn"] for row in listed] == [happy["TransformJobArn"]]
    world.sm.add_tags(ResourceArn=happy["TransformJobArn"], Tags=[{"Key": "a", "Value": "b"}])
    assert world.sm.list_tags(ResourceArn=happy["TransformJobArn"])["Tags"] == [{"Key": "a", "Value": "b"}]
    with pytest.raises(ClientError, match="ResourceInUse"):
        world.sm.create_transform_job(**transform_job("happy", "s3://b/k"))


@pytest.mark.server
def test_a_model_that_is_not_there_and_an_unknown_job_are_refused(world: Batches) -> None:
    with pytest.raises(ClientError, match="Could not find model"):
        world.sm.create_transform_job(**transform_job("lost", "s3://b/k", model="lost"))
    with pytest.raises(ClientError, match="Could not find requested job with name: nobody") as caught:
        world.sm.describe_transform_job(TransformJobName="nobody")
    assert caught.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"DataProcessing": {"JoinSource": "Input"}}, "neither filters nor joins"),
        ({"DataProcessing": {"InputFilter": "$[1:]"}}, "neither filters nor joins"),
        ({"split": "RecordIO"}, "SplitType Line"),
        ({"MaxConcurrentTransforms": 20}, "is 120 MB"),
        ({"TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 2}}, "one instance"),
        ({"DataCaptureConfig": {"DestinationS3Uri": "s3://b/k"}}, "captures no data"),
    ],
)
def test_what_would_be_ignored_is_refused(more: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        refuse_unsupported(transform_job("name", "s3://b/k", **more))


def test_a_payload_has_as_many_records_as_it_holds(tmp_path: Path) -> None:
    file = tmp_path / "rows"
    file.write_bytes(b"1,2\n3,4\n5,6\n\n7")
    assert list(payloads(file, LINES)) == [b"1,2\n3,4", b"5,6\n\n7"]
    assert list(payloads(file, replace(LINES, one_by_one=True))) == [b"1,2", b"3,4", b"5,6", b"", b"7"]
    assert list(payloads(file, replace(LINES, by_line=False, max_bytes=99))) == [b"1,2\n3,4\n5,6\n\n7"]


def test_compressed_objects_are_posted_as_what_is_in_them(tmp_path: Path) -> None:
    file = tmp_path / "rows.gz"
    file.write_bytes(gzip.compress(b"1,2\n3,4\n"))
    assert list(payloads(file, replace(LINES, gzipped=True))) == [b"1,2\n3,4"]
    file.write_bytes(b"not gzip")
    with pytest.raises(PayloadError, match="cannot be read"):
        list(payloads(file, replace(LINES, gzipped=True)))


def test_a_record_above_the_limit_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rows"
    file.write_bytes(b"12345678\n")
    with pytest.raises(PayloadError, match="8 bytes is above the limit of 7"):
        list(payloads(file, LINES))


def test_the_request_decides_before_the_container_and_that_before_the_defaults() -> None:
    told = {"MaxConcurrentTransforms": 8, "BatchStrategy": "SingleRecord", "MaxPayloadInMB": 1}
    job = transform_job("name", "s3://b/k", MaxConcurrentTransforms=2)
    assert (settings_of(job, told).concurrency, settings_of(job, told).one_by_one) == (2, True)
    assert settings_of(job, told).max_bytes == 1024 * 1024
    assert (settings_of(job, {}).one_by_one, settings_of(job, {}).max_bytes) == (False, 6 * 1024 * 1024)
    assert settings_of({**job, "MaxPayloadInMB": 0}, {}).max_bytes == sys.maxsize
