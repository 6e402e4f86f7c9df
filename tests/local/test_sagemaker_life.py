"""What was running and what was recorded outlive the server, however it ends."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.local.sagemaker_requests import transform_job, tuning_job
from tests.local.sagemaker_world import QUICK, World

pytestmark = pytest.mark.server


def processes_below(home: Path) -> list[int]:
    """The processes whose command or environment names this home, the server itself aside."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and b"local.aws" not in (command := read(entry / "cmdline")):
            seen = command + read(entry / "environ")
            if str(home).encode() in seen:
                found.append(int(entry.name))
    return found


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.fixture(scope="module", params=["stop", "kill"])
def survivor(request: pytest.FixtureRequest, launch_aws: Callable[..., Any]) -> World:
    """A world with an endpoint in service and a running job, whose server ended and started again."""
    world = World(launch_aws(env=QUICK))
    world.serve("steady")
    world.train("running", hyperparameters={"seconds": "1000", "family": "987"})
    world.until(lambda: world.lines_or_none("/aws/sagemaker/TrainingJobs", "running/"), lambda rows: "working" in rows)
    world.process("working", environment={"SECONDS": "1000"})
    world.sm.create_transform_job(**transform_job("batch", world.put("slow/a", b"sleep 1000"), model="steady"))
    world.sm.create_hyper_parameter_tuning_job(**tuning_job("tuned", world.image, fixed={"seconds": "1000"}))
    world.pids = [world.say("steady")["pid"], *processes_below(world.aws.home)]
    getattr(world.aws, request.param)()
    world.until(lambda: processes_below(world.aws.home), lambda left: not left)
    world.aws.start()
    return world


def test_no_process_outlives_the_server(survivor: World) -> None:
    assert len(survivor.pids) >= 4
    left = {pid: read(Path(f"/proc/{pid}/cmdline")) for pid in survivor.pids}
    assert not any(left.values())  # one that ended but was not reaped yet has no command line


def test_an_endpoint_in_service_answers_again(survivor: World) -> None:
    survivor.settled("steady")
    assert survivor.say("steady")["model"] == "steady"


def test_a_job_that_was_interrupted_has_failed_for_a_reason_not_its_own(survivor: World) -> None:
    job = survivor.trained("running")
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("InternalServerError: We encountered an internal error. Please try again.")
    assert survivor.processed("working")["FailureReason"].startswith("InternalServerError")


def test_a_batch_and_a_tuning_job_that_were_interrupted_have_failed(survivor: World) -> None:
    batch = survivor.sm.describe_transform_job(TransformJobName="batch")
    tuned = survivor.sm.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="tuned")
    assert (batch["TransformJobStatus"], tuned["HyperParameterTuningJobStatus"]) == ("Failed", "Failed")
    assert tuned["FailureReason"] == batch["FailureReason"] == survivor.trained("running")["FailureReason"]
    assert tuned["TrainingJobStatusCounters"]["InProgress"] == 0


def test_records_are_as_they_were(survivor: World) -> None:
    model = survivor.sm.describe_model(ModelName="steady")
    assert model["PrimaryContainer"]["ModelDataUrl"] == "s3://sagemaker-world/models/steady/model.tar.gz"
    assert survivor.sm.describe_endpoint_config(EndpointConfigName="steady")["ProductionVariants"][0]["ModelName"]


def test_an_endpoint_that_was_being_created_gets_there(launch_aws: Callable[..., Any]) -> None:
    world = World(launch_aws(env=QUICK))
    world.config("slow", **{world.model("slow"): 1})
    world.aws.restart()  # a kill may cost S3 its last second, which is not what is tested here
    world.sm.create_endpoint(EndpointName="slow", EndpointConfigName="slow")
    world.aws.kill()
    world.aws.start()
    assert world.settled("slow")["EndpointStatus"] == "InService"


def test_an_update_that_was_under_way_is_carried_on(launch_aws: Callable[..., Any]) -> None:
    world = World(launch_aws(env=QUICK))
    world.serve("moving")
    world.config("next", **{world.model("next"): 1})
    world.aws.restart()
    world.settled("moving")
    world.sm.update_endpoint(EndpointName="moving", EndpointConfigName="next")
    world.aws.kill()
    world.aws.start()
    world.until(lambda: world.settled("moving")["EndpointConfigName"], lambda name: name == "next")
    assert world.say("moving")["model"] == "next"


def test_jobs_and_endpoints_run_where_namespaces_are_not_allowed(
    launch_aws: Callable[..., Any],
) -> None:
    world = World(launch_aws(env=QUICK | {"MODELWAY_OPT_ML": "folder"}))
    world.train("told", hyperparameters={"lines": '["x=1"]'}, environment={"PLACE": "/opt/ml/input"})
    assert world.trained("told")["TrainingJobStatus"] == "Completed"
    world.serve("told")
    assert world.say("told")["model"] == "told"
