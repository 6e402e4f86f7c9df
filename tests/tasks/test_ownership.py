"""A job has one task that waits for it: it ends with the task, and not with a worker or a triggerer."""

import asyncio
from itertools import count
from typing import Any

import pytest

from modelway.jobs import Kind
from modelway.names import Stage
from modelway.ownership import Owner
from modelway.plan import Plan
from modelway.tasks.compat import AirflowFailException, TaskDeferred
from modelway.tasks.ownership import tagged
from modelway.tasks.training import Train
from modelway.tasks.triggers import RestTrigger
from tests.local.sagemaker_world import World
from tests.tasks.airflow_says import AirflowIsAway, AirflowSays, let_airflow_say
from tests.tasks.conftest import Worker
from tests.tasks.plans import plan_of

pytestmark = pytest.mark.server
RUN = "t-0123456789abcdef"
NUMBERS = count()


def running(world: World, *, seconds: str = "60") -> Plan:
    """A plan of its own whose training takes so long."""
    return plan_of(world, f"3.{next(NUMBERS)}.0", seconds=seconds)


def train(plan: Plan) -> Train:
    return Train(task_id="train", plan=plan.model_dump(mode="json"))


def deferral(worker: Worker, operator: Train) -> TaskDeferred:
    """The job is made, and waited for."""
    with pytest.raises(TaskDeferred) as caught:
        operator.execute(worker.context)
    return caught.value


def names(plan: Plan) -> list[str]:
    return [plan.job_name(Stage.TRAIN, attempt=attempt) for attempt in (1, 2)]


def status(world: World, name: str) -> str:
    return str(world.job(name)["TrainingJobStatus"])


def stop_if_made(world: World, name: str) -> None:
    for job in world.sm.list_training_jobs(NameContains=name)["TrainingJobSummaries"]:
        world.sm.stop_training_job(TrainingJobName=job["TrainingJobName"])


def is_stopped(world: World, name: str) -> bool:
    return status(world, name) in ("Stopping", "Stopped")


def test_a_job_carries_its_task_and_life(world: World, worker: Worker) -> None:
    plan = running(world)
    worker.ti.max_tries = 2
    deferral(worker, train(plan))
    job = world.job(names(plan)[0])
    tags = {tag["Key"]: tag["Value"] for tag in world.sm.list_tags(ResourceArn=job["TrainingJobArn"])["Tags"]}
    assert Owner.read(tags) == Owner("train", RUN, "train", life="2")


def test_a_task_whose_worker_was_lost_adopts_its_job(world: World, worker: Worker) -> None:
    plan = running(world, seconds="1")
    deferral(worker, train(plan))
    worker.ti.try_number += 1
    assert worker.run(train(plan))["name"] == names(plan)[0]


def test_a_cleared_task_stops_the_job_of_its_earlier_life_and_makes_the_next(world: World, worker: Worker) -> None:
    plan = running(world)
    deferral(worker, train(plan))
    first, second = names(plan)
    worker.ti.max_tries += 1
    worker.meanwhile = lambda: stop_if_made(world, second)
    with pytest.raises(AirflowFailException, match=f"{second} was stopped by somebody"):
        worker.run(train(plan))
    assert (status(world, first), status(world, second)) == ("Stopped", "Stopped")


def test_a_cleared_task_uses_what_an_earlier_life_has_completed(world: World, worker: Worker) -> None:
    plan = running(world, seconds="0")
    paid = worker.run(train(plan))
    worker.ti.max_tries += 1
    assert worker.run(train(plan)) == paid


@pytest.mark.parametrize("state", ["failed", "success", "skipped", "restarting", None])
def test_a_task_that_somebody_ends_at_its_worker_stops_its_job(
    world: World, worker: Worker, monkeypatch: pytest.MonkeyPatch, state: str | None
) -> None:
    plan = running(world)
    operator = train(plan)
    deferral(worker, operator)
    let_airflow_say(monkeypatch, AirflowSays({RUN: {"train": state}}))
    operator.on_kill()
    assert is_stopped(world, names(plan)[0])


@pytest.mark.parametrize(
    "says",
    [AirflowSays({RUN: {"train": "running"}}), AirflowSays({RUN: {"train": "up_for_retry"}}), AirflowIsAway()],
    ids=["running", "up_for_retry", "away"],
)
def test_a_worker_that_ends_by_itself_leaves_the_job(
    world: World, worker: Worker, monkeypatch: pytest.MonkeyPatch, says: Any
) -> None:
    plan = running(world)
    operator = train(plan)
    deferral(worker, operator)
    let_airflow_say(monkeypatch, says)
    operator.on_kill()
    assert status(world, names(plan)[0]) == "InProgress"


def test_a_task_that_is_ended_makes_no_job_any_more(world: World, worker: Worker) -> None:
    plan = running(world)
    operator = train(plan)
    operator.on_kill()
    with pytest.raises(AirflowFailException, match="its task was ended before"):
        operator.execute(worker.context)
    assert world.sm.list_training_jobs(NameContains=names(plan)[0])["TrainingJobSummaries"] == []


def waiting(world: World, plan: Plan) -> RestTrigger:
    """The trigger of a task whose job runs."""
    operator, worker = train(plan), Worker()
    world.sm.create_training_job(**tagged(operator.request(names(plan)[0], "ml.m5.large"), worker.context))
    trigger = RestTrigger.after(Kind.TRAINING, world.job(names(plan)[0]), aws_conn_id="aws_default")
    trigger.task_instance = worker.ti  # as the triggerer does
    return trigger


async def cancelled(trigger: RestTrigger) -> None:
    """Cancelled as Airflow does it: again and again until it has ended. What that starts has come to its end."""
    before = asyncio.all_tasks()
    waiting = asyncio.ensure_future(anext(trigger.run()))
    await asyncio.sleep(0.1)
    while not waiting.done():
        waiting.cancel()
        await asyncio.sleep(0)
    while left := asyncio.all_tasks() - before:
        await asyncio.wait(left)


@pytest.mark.parametrize(
    "states", [{RUN: {"train": "failed"}}, {RUN: {"train": "success"}}, {RUN: {"train": None}}, {}]
)
def test_a_waiting_task_that_somebody_ends_clears_or_deletes_stops_its_job(
    world: World, monkeypatch: pytest.MonkeyPatch, states: Any
) -> None:
    plan = running(world)
    trigger = waiting(world, plan)
    let_airflow_say(monkeypatch, AirflowSays(states))
    asyncio.run(cancelled(trigger))
    assert is_stopped(world, names(plan)[0])


@pytest.mark.parametrize(
    "says",
    [
        AirflowSays({RUN: {"train": "deferred", "judge": "failed"}}),
        AirflowSays({RUN: {"train": "queued"}}),
        AirflowIsAway(),
    ],
    ids=["deferred", "queued", "away"],
)
def test_a_triggerer_that_ends_or_loses_its_triggers_leaves_the_jobs(
    world: World, monkeypatch: pytest.MonkeyPatch, says: Any
) -> None:
    plan = running(world)
    trigger = waiting(world, plan)
    let_airflow_say(monkeypatch, says)
    asyncio.run(cancelled(trigger))
    assert status(world, names(plan)[0]) == "InProgress"


def test_one_of_an_expanded_tasks_jobs_has_an_owner_of_its_own(
    world: World, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Airflow tells its state under a name with the index: not to find it there would stop a job that is awaited."""
    worker.ti.map_index = 0
    plan = running(world)
    operator = train(plan)
    deferral(worker, operator)
    let_airflow_say(monkeypatch, AirflowSays({RUN: {"train_0": "running"}}))
    operator.on_kill()
    assert status(world, names(plan)[0]) == "InProgress"


def test_a_task_that_was_cleared_at_its_worker_waits_for_the_end_of_its_job_and_makes_the_next(
    world: World, worker: Worker
) -> None:
    plan = running(world)
    first, second = names(plan)
    deferral(worker, train(plan))
    world.sm.stop_training_job(TrainingJobName=first)
    worker.ti.try_number += 1  # all that such a clear changes
    worker.meanwhile = lambda: stop_if_made(world, second)
    with pytest.raises(AirflowFailException, match=f"{second} was stopped by somebody"):
        worker.run(train(plan))
    assert (status(world, first), status(world, second)) == ("Stopped", "Stopped")
