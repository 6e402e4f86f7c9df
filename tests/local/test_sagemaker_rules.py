"""SageMaker has no more instances than an account's quotas and its own capacity leave."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.sagemaker_world import QUICK, World

pytestmark = pytest.mark.server
CAPACITY = (
    "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type."
)


@pytest.fixture(scope="module")
def world(launch_aws: Callable[..., Any]) -> World:
    return World(launch_aws(env=QUICK))


@pytest.fixture
def rules(world: World) -> Iterator[Callable[[str], None]]:
    """Write the platform's sagemaker.toml; after the test there is none."""
    path = world.aws.home / "sagemaker.toml"

    def write(text: str) -> None:
        path.write_text(text)

    yield write
    path.unlink(missing_ok=True)


def refusal(call: Callable[..., Any], *arguments: Any, **more: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(*arguments, **more)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_training_job_above_its_quota_is_refused_in_awss_words_until_another_ends(world: World, rules: Any) -> None:
    rules('[quotas]\n"ml.m5.large for training job usage" = 1\n')
    world.train("first", hyperparameters={"seconds": "100"})
    code, words = refusal(world.train, "second")
    assert code == "ResourceLimitExceeded"
    assert words.startswith(
        "The account-level service limit 'ml.m5.large for training job usage' is 1 Instances, with current utilization "
        "of 1 Instances and a request delta of 1 Instances. Please use AWS Service Quotas to request an increase"
    )
    world.sm.stop_training_job(TrainingJobName="first")
    world.trained("first")
    world.train("second")
    assert world.trained("second")["TrainingJobStatus"] == "Completed"


def test_a_name_that_is_taken_is_told_before_a_quota_that_is_full(world: World, rules: Any) -> None:
    world.train("named", hyperparameters={"seconds": "100"})
    rules('[quotas]\n"* for training job usage" = 0\n')
    assert refusal(world.train, "named")[0] == "ResourceInUse"
    world.sm.stop_training_job(TrainingJobName="named")


def test_each_use_of_an_instance_type_has_its_own_quota(world: World, rules: Any) -> None:
    rules('[quotas]\n"ml.m5.large for processing job usage" = 0\n"ml.m5.large for endpoint usage" = 0\n')
    assert "'ml.m5.large for processing job usage' is 0" in refusal(world.process, "none")[1]
    world.config("full", **{world.model("full"): 1.0})
    create = world.sm.create_endpoint
    assert "'ml.m5.large for endpoint usage' is 0" in refusal(create, EndpointName="full", EndpointConfigName="full")[1]
    world.train("other")
    assert world.trained("other")["TrainingJobStatus"] == "Completed"


def test_a_job_without_capacity_fails_before_it_trains_and_costs_nothing(world: World, rules: Any) -> None:
    rules('[[failure]]\ncode = "CapacityError"\ninstance_type = "ml.m5.*"\njobs = 1\n')
    world.train("without")
    job = world.trained("without")
    assert (job["TrainingJobStatus"], job["FailureReason"]) == ("Failed", CAPACITY)
    assert [row["Status"] for row in job["SecondaryStatusTransitions"]] == ["Starting", "Failed"]
    assert not {"TrainingStartTime", "BillableTimeInSeconds"} & set(job)
    world.train("after")
    assert world.trained("after")["TrainingJobStatus"] == "Completed"


def test_only_jobs_of_the_kind_and_name_are_befallen(world: World, rules: Any) -> None:
    rules('[[failure]]\ncode = "InternalServerError"\nkind = "processing"\nname = "unlucky-*"\n')
    world.process("unlucky-one")
    world.train("unlucky-two")
    reason = "InternalServerError: We encountered an internal error. Please try again."
    assert world.processed("unlucky-one")["FailureReason"] == reason
    assert world.trained("unlucky-two")["TrainingJobStatus"] == "Completed"


def test_a_job_that_waits_for_capacity_can_be_stopped(world: World, rules: Any) -> None:
    rules('[[failure]]\ncode = "CapacityError"\nseconds = 1000\n')
    world.train("waiting")
    assert world.job("waiting")["SecondaryStatus"] == "Starting"
    world.sm.stop_training_job(TrainingJobName="waiting")
    job = world.trained("waiting")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert [row["Status"] for row in job["SecondaryStatusTransitions"]] == ["Starting", "Stopping", "Stopped"]
