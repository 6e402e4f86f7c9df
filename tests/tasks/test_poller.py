"""The wait in the triggerer, for real: one poller for all, and whatever AWS says, no job is lost."""

import asyncio
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import boto3
import pytest

from modelway.jobs import Kind
from modelway.tasks.triggers import RestTrigger
from modelway.tasks.watch import UNREAD_SECONDS
from tests.local.sagemaker_world import World
from tests.tasks.between import DENIED, EXPIRED, LOST, THROTTLED, Answer, Between, Content, Forward, between
from tests.tasks.conftest import first_event

pytestmark = pytest.mark.server

LISTS, LOOKS = "ListTrainingJobs", "DescribeTrainingJob"
INTERVAL = 0.1
HOUR = 3600.0
numbers = count(1)


@pytest.fixture
def road(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Between]:
    """The way from the triggers to the local AWS, which the test may bend."""
    with between(world.aws.port) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        yield server


def started(world: World, *, seconds: str = "0") -> str:
    """A training job that has just begun."""
    name = f"polled-{next(numbers)}"
    world.train(name, hyperparameters={"seconds": seconds})
    return name


def trigger_of(name: str) -> RestTrigger:
    """The wait as it comes out of Airflow's database, after a look by the task."""
    session: Any = boto3.Session()
    description = session.client("sagemaker").describe_training_job(TrainingJobName=name)
    return sent(RestTrigger.after(Kind.TRAINING, description, aws_conn_id="aws_default"))


def sent(trigger: RestTrigger) -> RestTrigger:
    path, arguments = trigger.serialize()
    assert path == "modelway.tasks.triggers.RestTrigger"
    return RestTrigger(**arguments)


def nobodys(name: str = "nobodys", *, late_in: float = HOUR, aws_conn_id: str = "aws_default") -> RestTrigger:
    """The wait for a job that no list shows."""
    now = time.time()
    times = {"since": now, "created": now, "deadline": now + late_in}
    return RestTrigger(
        kind="TRAINING", name=name, region="eu-west-1", poll_seconds=INTERVAL, aws_conn_id=aws_conn_id, **times
    )


def fired(trigger: RestTrigger) -> Any:
    return asyncio.run(first_event(trigger)).payload


def rest(name: str) -> dict[str, str]:
    return {"name": name, "why": "rest"}


def test_many_waits_cost_what_one_costs(world: World, road: Between) -> None:
    name = started(world, seconds="1")
    mine, others = trigger_of(name), [nobodys(f"nobodys-{number}") for number in range(25)]
    road.calls.clear()

    async def wait() -> list[Any]:
        still = [asyncio.create_task(first_event(other)) for other in others]
        events = await asyncio.gather(*(first_event(sent(mine)) for _ in range(25)))
        for task in still:
            task.cancel()
        await asyncio.gather(*still, return_exceptions=True)
        return [event.payload for event in events]

    begun = time.monotonic()
    assert asyncio.run(wait()) == [rest(name)] * 25
    assert set(road.calls) == {LISTS}
    assert len(road.calls) <= (time.monotonic() - begun) / (0.9 * INTERVAL) + 1


def test_a_restarted_triggerer_sees_by_one_list_what_has_ended_meanwhile(world: World, road: Between) -> None:
    name = started(world)
    trigger = trigger_of(name)

    async def killed() -> None:
        task = asyncio.create_task(first_event(sent(trigger)))
        await asyncio.sleep(INTERVAL)
        task.cancel()

    asyncio.run(killed())
    world.trained(name)
    road.calls.clear()
    assert fired(sent(trigger)) == rest(name)
    assert road.calls == [LISTS]


@pytest.mark.parametrize(
    "trouble", [THROTTLED, LOST, EXPIRED, (503, {})], ids=["throttled", "lost", "expired", "broken"]
)
def test_no_trouble_that_passes_ends_a_wait(world: World, road: Between, trouble: Answer) -> None:
    name, calls = started(world), count()

    def every_second(operation: str, content: Content, forward: Forward) -> Answer:
        return forward(content) if next(calls) % 2 else trouble

    trigger = trigger_of(name)
    road.change = every_second
    assert fired(trigger) == rest(name)
    assert LOOKS not in road.calls[1:]


def test_a_job_behind_an_empty_page_is_seen(world: World, road: Between) -> None:
    name = started(world)
    trigger = trigger_of(name)
    world.trained(name)

    def behind(operation: str, content: Content, forward: Forward) -> Answer:
        if content.pop("NextToken", None):
            return forward(content)
        return 200, {"TrainingJobSummaries": [], "NextToken": "behind"}

    road.change = behind
    road.calls.clear()
    assert fired(trigger) == rest(name)
    assert road.calls == [LISTS, LISTS]


@pytest.mark.parametrize("ahead", [-600.0, 600.0])
def test_another_clock_than_aws_loses_no_job(world: World, road: Between, ahead: float) -> None:
    road.ahead = ahead
    name = started(world)
    trigger = trigger_of(name)
    road.calls.clear()
    assert fired(trigger) == rest(name)
    assert set(road.calls) == {LISTS}


def test_a_job_that_no_list_shows_is_found(world: World, road: Between) -> None:
    name = started(world)
    trigger = trigger_of(name)
    world.trained(name)

    def forgetful(operation: str, content: Content, forward: Forward) -> Answer:
        return forward(content) if operation == LOOKS else (200, {"TrainingJobSummaries": []})

    road.change = forgetful
    road.ahead = UNREAD_SECONDS + 60  # so much later it is by AWS's clock
    road.calls.clear()
    assert fired(trigger) == rest(name)
    assert road.calls == [LISTS, LISTS, LOOKS]


def test_a_job_is_late_by_the_clock_of_aws(road: Between) -> None:
    road.ahead = 2 * HOUR
    assert fired(nobodys(late_in=HOUR)) == {"name": "nobodys", "why": "deadline"}


def test_who_may_not_list_looks_at_each_job(world: World, road: Between, caplog: pytest.LogCaptureFixture) -> None:
    name = started(world)
    trigger = trigger_of(name)
    road.change = lambda operation, content, forward: DENIED if operation == LISTS else forward(content)
    assert fired(trigger) == rest(name)
    assert caplog.text.count("Give Airflow's role sagemaker:ListTrainingJobs") == 1


def test_who_may_not_look_at_all_leaves_it_to_the_task(road: Between) -> None:
    road.change = lambda operation, content, forward: DENIED
    assert fired(nobodys()) == {"name": "nobodys", "why": "blind"}


def test_a_connection_that_cannot_be_used_is_left_to_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = "aws://?role_arn=arn:aws:iam::123456789012:role/r&assume_role_method=by_chance"
    monkeypatch.setenv("AIRFLOW_CONN_AWS_BROKEN", broken)
    assert fired(nobodys(aws_conn_id="aws_broken")) == {"name": "nobodys", "why": "blind"}


def test_what_aws_never_answers_is_late_all_the_same(road: Between) -> None:
    road.change = lambda operation, content, forward: THROTTLED
    assert fired(nobodys(late_in=0.5)) == {"name": "nobodys", "why": "deadline"}


def test_a_job_that_is_gone_is_left_to_the_task(road: Between) -> None:
    road.change = lambda operation, content, forward: DENIED if operation == LISTS else forward(content)
    assert fired(nobodys()) == rest("nobodys")


def test_a_cancelled_wait_ends_the_poller_and_no_other_wait(world: World, road: Between) -> None:
    name = started(world, seconds="60")
    mine = trigger_of(name)

    async def wait() -> Any:
        cancelled, kept = asyncio.create_task(first_event(sent(mine))), asyncio.create_task(first_event(sent(mine)))
        await asyncio.sleep(INTERVAL)
        cancelled.cancel()
        await asyncio.to_thread(world.sm.stop_training_job, TrainingJobName=name)
        event = await kept
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(INTERVAL)
        return event.payload, cancelled.cancelled()

    assert asyncio.run(wait()) == (rest(name), True)


def test_who_comes_after_the_last_one_left_is_served(world: World, road: Between) -> None:
    names = [started(world) for _ in range(2)]
    triggers = [trigger_of(name) for name in names]

    async def one_after_another() -> list[Any]:
        return [(await first_event(trigger)).payload for trigger in triggers]

    assert asyncio.run(one_after_another()) == [rest(name) for name in names]
