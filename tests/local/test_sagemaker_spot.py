"""Managed spot training: interrupted jobs come back with their checkpoints, and wait no longer than they may."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.aws.sagemaker.allowance import Allowance
from local.aws.sagemaker.training_status import billed
from tests.local.sagemaker_world import BUCKET, QUICK, RESOURCES, ROLE, World

GROUP = "/aws/sagemaker/TrainingJobs"
# Counts its starts in a checkpoint, and at SIGTERM says so in another; with `starts` it goes on until its last one.
PROGRAM = """
import json, os, pathlib, signal, sys, time
BASE = pathlib.Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
hp = json.loads((BASE / "input/config/hyperparameters.json").read_text())
config = json.loads((BASE / "input/config/checkpointconfig.json").read_text())
folder = BASE / pathlib.Path(config["LocalPath"]).relative_to("/opt/ml")
before = sorted(path.name for path in folder.iterdir())
start = len([name for name in before if name.startswith("start")]) + 1

def leave(*_):
    (folder / f"saved-{start}").write_text("x")
    sys.exit(0)

signal.signal(signal.SIGTERM, leave)
(folder / f"start-{start}").write_text("x")
print(f"start {start}", flush=True)
if start < int(hp["starts"]):
    time.sleep(1000)
(BASE / "model/seen.json").write_text(json.dumps(before))
"""


class Spot(World):
    """A world whose image counts its starts."""

    def __init__(self, aws: Any) -> None:
        super().__init__(aws)
        self.image = self.build(PROGRAM, tag="spot")

    def ask(self, name: str, *, starts: int, **more: Any) -> None:
        """Start a spot job with checkpoints that is done at its so many-th start."""
        self.sm.create_training_job(
            TrainingJobName=name,
            RoleArn=ROLE,
            AlgorithmSpecification={"TrainingImage": self.image, "TrainingInputMode": "File"},
            HyperParameters={"starts": str(starts)},
            OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/out/"},
            ResourceConfig=RESOURCES,
            EnableManagedSpotTraining=more.get("spot", True),
            StoppingCondition=more.get("limits", {"MaxRuntimeInSeconds": 600, "MaxWaitTimeInSeconds": 1200}),
            CheckpointConfig={"S3Uri": f"s3://{BUCKET}/checkpoints/{name}", **more.get("checkpoint", {})},
        )

    def kept(self, name: str) -> list[str]:
        """The checkpoints of a job in S3."""
        prefix = f"checkpoints/{name}/"
        rows = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return sorted(row["Key"].removeprefix(prefix) for row in rows)


@pytest.fixture(scope="module")
def world(launch_aws: Callable[..., Any]) -> Spot:
    return Spot(launch_aws(env=QUICK))


@pytest.fixture
def rules(world: Spot) -> Iterator[Callable[[str], None]]:
    """Write the platform's sagemaker.toml; after the test there is none."""
    path = world.aws.home / "sagemaker.toml"

    def write(text: str) -> None:
        path.write_text(text)

    yield write
    path.unlink(missing_ok=True)


def statuses(job: Any) -> list[str]:
    return [row["Status"] for row in job["SecondaryStatusTransitions"]]


@pytest.mark.server
def test_an_interrupted_spot_job_starts_again_from_its_checkpoints(world: Spot, rules: Any) -> None:
    # A slow machine may not have started the program by then: it is interrupted until it has got there.
    rules('[[interruption]]\nname = "comes-back"\ntimes = 50\nseconds = 0.6\n')
    world.ask("comes-back", starts=3)
    job = world.trained("comes-back")
    again = ["Interrupted", "Starting", "Downloading", "Training"]
    times = statuses(job).count("Interrupted")
    assert times >= 2
    assert statuses(job) == ["Starting", "Downloading", "Training", *again * times, "Uploading", "Completed"]
    assert {"saved-1", "saved-2", "start-1", "start-2", "start-3"} <= set(world.kept("comes-back"))
    assert "start 3" in world.lines(GROUP, "comes-back/")
    assert job["BillableTimeInSeconds"] <= job["TrainingTimeInSeconds"]


@pytest.mark.server
def test_a_job_on_demand_is_never_interrupted_and_has_its_checkpoints(world: Spot, rules: Any) -> None:
    rules("[[interruption]]\n")
    place = {"LocalPath": "/opt/ml/kept/here/"}
    world.ask("on-demand", starts=1, spot=False, limits={"MaxRuntimeInSeconds": 600}, checkpoint=place)
    assert "Interrupted" not in statuses(world.trained("on-demand"))
    assert world.kept("on-demand") == ["start-1"]


@pytest.mark.server
def test_checkpoints_are_in_s3_while_the_job_runs(world: Spot) -> None:
    world.ask("running", starts=2)
    world.until(lambda: world.kept("running"), lambda kept: kept == ["start-1"])
    assert world.job("running")["SecondaryStatus"] == "Training"
    world.sm.stop_training_job(TrainingJobName="running")
    assert world.trained("running")["TrainingJobStatus"] == "Stopped"
    assert world.kept("running") == ["saved-1", "start-1"]


@pytest.mark.server
def test_a_spot_job_waits_no_longer_for_an_instance_than_it_may(world: Spot, rules: Any) -> None:
    rules("[[interruption]]\naway = 1000\n")
    world.ask("waits", starts=2, limits={"MaxRuntimeInSeconds": 1, "MaxWaitTimeInSeconds": 2})
    job = world.trained("waits")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxWaitTimeExceeded")
    assert "ModelArtifacts" not in job


@pytest.mark.server
def test_a_job_that_is_stopped_while_it_is_interrupted_does_not_come_back(world: Spot, rules: Any) -> None:
    rules("[[interruption]]\naway = 1000\n")
    world.ask("gone", starts=2)
    world.until(lambda: world.job("gone")["SecondaryStatus"], lambda status: status == "Interrupted")
    assert world.job("gone")["TrainingJobStatus"] == "InProgress"
    world.sm.stop_training_job(TrainingJobName="gone")
    assert statuses(world.trained("gone"))[-3:] == ["Interrupted", "Stopping", "Stopped"]


@pytest.mark.server
@pytest.mark.parametrize(
    ("spot", "limits", "words"),
    [
        (False, {"MaxWaitTimeInSeconds": 900}, "It is only supported when EnableManagedSpotTraining is set to true"),
        (True, {}, "It must be present and be greater than or equal to MaxRuntimeInSeconds"),
        (True, {"MaxWaitTimeInSeconds": 599}, "It must be present and be greater than or equal to MaxRuntimeInSeconds"),
    ],
)
def test_a_wait_time_goes_with_spot_and_covers_the_run_time(world: Spot, spot: bool, limits: Any, words: str) -> None:
    with pytest.raises(ClientError) as caught:
        world.ask("unsound", starts=1, spot=spot, limits={"MaxRuntimeInSeconds": 600, **limits})
    assert caught.value.response["Error"]["Message"] == f"Invalid MaxWaitTimeInSeconds. {words}"


@pytest.mark.server
@pytest.mark.parametrize("place", ["/tmp/x", "/opt/ml", "/opt/ml/model/x", "/opt/ml/checkpoints/../model"])
def test_checkpoints_do_not_lie_where_the_contract_has_something_else(world: Spot, place: str) -> None:
    with pytest.raises(ClientError, match=r"CheckpointConfig\.LocalPath"):
        world.ask("misplaced", starts=1, checkpoint={"LocalPath": place})


def test_run_time_is_spent_by_training_and_wait_time_by_waiting() -> None:
    now = [0.0]
    allowance = Allowance({"MaxRuntimeInSeconds": 10, "MaxWaitTimeInSeconds": 15}, clock=lambda: now[0])
    assert (allowance.deadline, allowance.to_wait) == (10, 15)
    now[0] = 4
    allowance.spend(3)
    assert (allowance.deadline, allowance.to_wait) == (11, 11)
    now[0] = 12
    assert (allowance.deadline, allowance.to_wait) == (15, 3)
    now[0] = 16
    assert allowance.to_wait == 0


def test_a_spot_job_pays_for_part_of_the_time_that_it_trained() -> None:
    job: dict[str, Any] = {"TrainingStartTime": 100.0}
    times = [("Training", 100.0, 150.0), ("Interrupted", 150.0, 400.0), ("Training", 400.0, 450.0)]
    rows = [{"Status": status, "StartTime": start, "EndTime": end} for status, start, end in times]
    assert billed(job, rows) == {"TrainingTimeInSeconds": 100, "BillableTimeInSeconds": 100}
    on_spot = {**job, "EnableManagedSpotTraining": True}
    assert billed(on_spot, rows) == {"TrainingTimeInSeconds": 100, "BillableTimeInSeconds": 30}
