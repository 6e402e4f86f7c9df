"""Training on machines that AWS may take away: it goes on where it was, and costs what was billed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from modelway.plan import Plan
from modelway.record import JobRecord
from modelway.spec import ModelSpec
from modelway.tasks.training import Train
from tests.local.sagemaker_world import BUCKET, World
from tests.tasks.conftest import Worker
from tests.tasks.plans import plan_of

pytestmark = pytest.mark.server
# Counts its starts in its checkpoints, says them as a metric, and ends at the third.
PROGRAM = """
import os, pathlib, sys, time
base = pathlib.Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
folder = base / pathlib.Path(os.environ["MODELWAY_CHECKPOINT"]).relative_to("/opt/ml")
start = len(list(folder.iterdir())) + 1
(folder / f"start-{start}").write_text("x")
print(f"train_loss={start}", flush=True)
if start < 3:
    time.sleep(1000)
"""
# A slow machine may not have started the program by then: it is interrupted until it has got there.
INTERRUPTIONS = "[[interruption]]\ntimes = 50\nseconds = 0.6\naway = 0.1\n"


@pytest.fixture
def interrupted(world: World) -> Iterator[None]:
    """Let AWS take away the machines of spot jobs."""
    rules: Path = world.aws.home / "sagemaker.toml"
    rules.write_text(INTERRUPTIONS)
    yield
    rules.write_text("")


def spot(plan: Plan, *, image: str) -> Plan:
    document = plan.spec.model_dump(mode="json")
    document["train"] |= {"spot": True, "checkpoint": "/opt/ml/checkpoints"}
    release = plan.release.model_copy(update={"image": image})
    return plan.model_copy(update={"spec": ModelSpec.model_validate(document), "release": release})


@pytest.mark.usefixtures("interrupted")
def test_a_training_that_is_interrupted_twice_goes_on_from_its_checkpoint(
    world: World, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__MODELWAY__INSTANCE_PRICES", '{"ml.m5.large": 3600}')
    plan = spot(plan_of(world, "6.0.0"), image=world.build(PROGRAM, tag="6.0.0"))
    record = JobRecord.model_validate(worker.run(Train(task_id="train", plan=plan)))
    assert record.metrics == {"train_loss": 3}
    assert record.cost_usd == record.billable_seconds <= record.seconds
    kept = world.s3.list_objects_v2(Bucket=BUCKET, Prefix="models/demo/breast-cancer/trained/v6-0-0/check")
    assert kept["KeyCount"] == 3
