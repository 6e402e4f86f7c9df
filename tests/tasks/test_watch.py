"""What the poller asks next, and what answers tell it: decided without a loop, a client or a clock of ours."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count
from typing import Any

import boto3
import pytest
from botocore.validate import ParamValidator

from modelway.jobs import Kind, allowed_seconds
from modelway.tasks.ask import Ask, Purpose
from modelway.tasks.wait import Wait, Why
from modelway.tasks.watch import REFUSALS, UNREAD_SECONDS, Watch

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
HOUR = 3600.0
FAR = NOON + 1000 * HOUR
INTERVAL = 10.0


def wait(name: str = "job", *, since: float = NOON, created: float = NOON, deadline: float = FAR) -> Wait:
    return Wait(name=name, since=since, created=created, deadline=deadline)


def watch_of(*waits: Wait, kind: Kind = Kind.TRAINING) -> Watch:
    watch = Watch(kind, interval=INTERVAL)
    for each in waits:
        watch.join(each)
    return watch


def row(name: str, status: str, *, kind: Kind = Kind.TRAINING, changed: float = NOON, created: float = NOON) -> Any:
    times = {"LastModifiedTime": at(changed), "CreationTime": at(created)}
    return {kind.value.name_key: name, kind.value.status_key: status, **times}


def page(*rows: Any, kind: Kind = Kind.TRAINING, token: str = "") -> Any:
    return {kind.value.summaries: list(rows)} | ({"NextToken": token} if token else {})


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def after(ask: Ask) -> float:
    moment: datetime = ask.request["LastModifiedTimeAfter"]
    return moment.timestamp()


def backstops(watch: Watch, *, until: float, answers: Mapping[str, Any] | None = None) -> Iterator[tuple[float, Ask]]:
    """The back-stop's calls of rounds in which nothing changes."""
    for number in count():
        now = NOON + number * INTERVAL
        if now > until:
            return
        for ask in watch.changes():
            watch.told(ask, page(kind=watch.kind), now=now)
        for ask in watch.backstop(now):
            yield now, ask


@pytest.mark.parametrize("kind", Kind)
def test_the_calls_are_those_that_sagemaker_knows(kind: Kind) -> None:
    sagemaker: Any = boto3.client("sagemaker", region_name="eu-west-1").meta
    changes, neighbours = Ask.for_changes(kind.value, after=NOON), Ask.for_neighbours(kind.value, "job", created=NOON)
    for ask in (changes, neighbours, Ask.for_one(kind.value, "job")):
        operation = sagemaker.service_model.operation_model(sagemaker.method_to_api_mapping[ask.operation])
        assert not ParamValidator().validate(dict(ask.request), operation.input_shape).has_errors()
        shown = kind.value.status_key if ask.purpose is Purpose.ONE else kind.value.summaries
        assert shown in operation.output_shape.members


def test_a_round_is_one_call_for_any_number_of_waits() -> None:
    watch = watch_of(*(wait(f"job-{number}") for number in range(50)))
    (ask,) = watch.changes()
    assert watch.told(ask, page(), now=NOON + 1) == []
    assert watch.following(ask, page()) == []
    assert watch.backstop(NOON + 1) == []


def test_what_came_to_rest_ends_every_wait_for_it_and_no_other() -> None:
    mine, also, other = wait(), wait(), wait("other")
    watch = watch_of(mine, also, other)
    (ask,) = watch.changes()
    over = watch.told(ask, page(row("job", "Stopped"), row("other", "Stopping"), row("third", "Failed")), now=NOON)
    assert {each for each, why in over if why is Why.REST} == {mine, also}


def test_an_empty_page_may_have_jobs_behind_it() -> None:
    watch = watch_of(wait())
    (ask,) = watch.changes()
    (second,) = watch.following(ask, page(token="more"))
    assert second.request == {**ask.request, "NextToken": "more"}


def test_the_next_list_begins_before_the_last_one() -> None:
    watch = watch_of(wait())
    (first,) = watch.changes()
    watch.told(first, page(), now=NOON + 100)
    (second,) = watch.changes()
    assert (after(first), after(second)) == (NOON - INTERVAL, NOON + 100 - INTERVAL)


def test_what_changes_while_pages_are_read_is_listed_again() -> None:
    watch = watch_of(wait())
    (ask,) = watch.changes()
    watch.told(ask, page(token="more"), now=NOON + 100)
    (second,) = watch.following(ask, page(token="more"))
    watch.told(second, page(), now=NOON + 160)
    assert after(watch.changes()[0]) == NOON + 100 - INTERVAL


def test_who_joins_late_sees_what_ended_before() -> None:
    watch = watch_of(wait())
    (ask,) = watch.changes()
    watch.told(ask, page(), now=NOON + 3 * HOUR)
    watch.join(wait("late", since=NOON + HOUR))
    assert after(watch.changes()[0]) == NOON + HOUR - INTERVAL


def test_who_joins_while_a_list_is_read_sees_what_ended_before() -> None:
    watch = watch_of(wait())
    (ask,) = watch.changes()
    watch.join(wait("late", since=NOON - HOUR))
    watch.told(ask, page(), now=NOON + 1)
    assert after(watch.changes()[0]) == NOON - HOUR - INTERVAL


def test_a_list_that_breaks_off_is_begun_again() -> None:
    watch = watch_of(wait())
    (ask,) = watch.changes()
    watch.told(ask, page(token="more"), now=NOON + 100)
    watch.refused(*watch.following(ask, page(token="more")), now=NOON + 100)
    assert after(watch.changes()[0]) <= after(ask)


def test_a_few_waits_are_described_in_turn_within_five_minutes() -> None:
    names = {f"job-{number}" for number in range(7)}
    watch = watch_of(*map(wait, sorted(names)))
    read: set[str] = set()
    for now, ask in backstops(watch, until=NOON + 300):
        assert ask.purpose is Purpose.ONE
        read.add(ask.name)
        watch.told(ask, row(ask.name, "InProgress"), now=now)
    assert read == names


def test_many_waits_are_read_a_hundred_at_a_time() -> None:
    created = {f"job-{number:04}": NOON + number for number in range(1000)}
    watch = watch_of(*(wait(name, created=when, since=when) for name, when in created.items()))
    rows, calls = [row(name, "InProgress", created=when) for name, when in created.items()], 0
    read: set[str] = set()
    for now, ask in backstops(watch, until=NOON + 1000 + UNREAD_SECONDS + 300):
        begin = int(ask.request.get("NextToken", 0)) or next(
            index for index, each in enumerate(rows) if each["CreationTime"] >= ask.request["CreationTimeAfter"]
        )
        found = rows[begin : begin + 100]
        watch.told(ask, page(*found, token=str(begin + 100) if begin < 900 else ""), now=now)
        read, calls = read | {each["TrainingJobName"] for each in found}, calls + 1
    assert read == set(created)
    assert calls <= (1000 + UNREAD_SECONDS + 300) / INTERVAL / 2 + 1


def test_a_job_that_no_list_shows_is_described() -> None:
    watch = watch_of(*(wait(f"job-{number}") for number in range(40)))
    asks = backstops(watch, until=NOON + HOUR)
    now, first = next(asks)
    assert first.purpose is Purpose.MADE
    watch.told(first, page(), now=now)
    now, second = next(asks)
    assert (second.purpose, second.name) == (Purpose.ONE, first.name)
    assert [each.name for each, _ in watch.told(second, row(first.name, "Completed"), now=now)] == [first.name]


def test_an_endpoint_is_not_at_rest_by_what_it_was_before() -> None:
    watch = watch_of(wait("e", since=NOON), kind=Kind.ENDPOINT)
    (ask,) = watch.changes()
    stale = row("e", "InService", kind=Kind.ENDPOINT, changed=NOON - 1)
    fresh = row("e", "InService", kind=Kind.ENDPOINT, changed=NOON + 1)
    assert watch.told(ask, page(stale, kind=Kind.ENDPOINT), now=NOON + 2) == []
    assert [why for _, why in watch.told(ask, page(fresh, kind=Kind.ENDPOINT), now=NOON + 2)] == [Why.REST]


def test_an_endpoint_that_never_changed_is_described_in_the_end() -> None:
    watch = watch_of(wait("e", since=NOON), kind=Kind.ENDPOINT)
    now, ask = next(backstops(watch, until=NOON + HOUR))
    old = row("e", "InService", kind=Kind.ENDPOINT, changed=NOON - HOUR)
    assert [why for _, why in watch.told(ask, old, now=now)] == [Why.REST]


def test_without_the_right_to_list_each_job_is_described() -> None:
    watch = watch_of(wait("a"), wait("b"))
    for _ in range(REFUSALS):
        (ask,) = watch.changes()
        assert watch.refused(ask, now=NOON) == []
    assert watch.changes() == []
    assert {ask.name for ask in watch.backstop(NOON)} == {"a", "b"}


def test_a_right_that_was_given_meanwhile_is_used_again() -> None:
    watch = watch_of(wait())
    asks = [ask for _ in range(200) for ask in watch.changes() if watch.refused(ask, now=NOON) == []]
    assert REFUSALS < len(asks) < 10
    watch.told(asks[-1], page(), now=NOON)
    assert watch.can_list


def test_who_may_neither_list_nor_describe_is_blind() -> None:
    watch = watch_of(wait())
    for _ in range(REFUSALS):
        watch.refused(*watch.changes(), now=NOON)
    for _ in range(REFUSALS - 1):
        assert watch.refused(*watch.backstop(NOON), now=NOON) == []
    assert [why for _, why in watch.refused(*watch.backstop(NOON), now=NOON)] == [Why.BLIND]


def test_who_may_list_is_not_blind_without_describe() -> None:
    watch = watch_of(wait())
    for now, ask in backstops(watch, until=NOON + 10 * HOUR):
        assert watch.refused(ask, now=now) == []


def test_a_wait_ends_at_its_deadline() -> None:
    watch = watch_of(wait("late", deadline=NOON), wait("early"))
    assert [(each.name, why) for each, why in watch.overdue(NOON + 1)] == [("late", Why.DEADLINE)]


def test_who_left_is_told_nothing() -> None:
    gone = wait()
    watch = watch_of(gone, wait("other"))
    (ask,) = watch.changes()
    watch.leave(gone)
    assert watch.told(ask, page(row("job", "Completed")), now=NOON) == []
    assert watch.told(Ask.for_one(Kind.TRAINING.value, "job"), row("job", "Completed"), now=NOON) == []


@pytest.mark.parametrize(
    ("kind", "description", "seconds"),
    [
        (Kind.TRAINING, {"StoppingCondition": {"MaxRuntimeInSeconds": 60}}, 60 + HOUR),
        (Kind.TRAINING, {"StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 90}}, 90 + HOUR),
        (Kind.PROCESSING, {}, 720 * HOUR + HOUR),
        (Kind.TRANSFORM, {}, 720 * HOUR + HOUR),
        (Kind.TUNING, {"HyperParameterTuningJobConfig": {"ResourceLimits": {"MaxRuntimeInSeconds": 5}}}, 5 + HOUR),
        (Kind.ENDPOINT, {}, 2 * HOUR),
    ],
)
def test_a_resource_is_late_by_its_own_limit_and_some_grace(kind: Kind, description: Any, seconds: float) -> None:
    assert allowed_seconds(kind, description) == seconds


def described(kind: Kind, status: str, **more: Any) -> Any:
    date = format_datetime(at(NOON + HOUR), usegmt=True)
    return {
        **row("job", status, kind=kind, changed=NOON + 60),
        "ResponseMetadata": {"HTTPHeaders": {"date": date}},
        **more,
    }


def test_a_job_is_waited_for_since_aws_answered_and_is_late_by_its_creation() -> None:
    found = Wait.after(
        Kind.TRAINING, described(Kind.TRAINING, "InProgress", StoppingCondition={"MaxRuntimeInSeconds": 60})
    )
    assert (found.since, found.created, found.deadline) == (NOON + HOUR, NOON, NOON + 60 + HOUR)


def test_an_endpoint_is_late_by_when_it_was_asked_to_change() -> None:
    assert Wait.after(Kind.ENDPOINT, described(Kind.ENDPOINT, "Updating")).deadline == NOON + 3 * HOUR


def test_what_already_rests_is_told_by_the_first_list() -> None:
    found = Wait.after(Kind.ENDPOINT, described(Kind.ENDPOINT, "InService"))
    watch = watch_of(found, kind=Kind.ENDPOINT)
    (ask,) = watch.changes()
    resting = row("job", "InService", kind=Kind.ENDPOINT, changed=NOON + 60)
    assert watch.told(ask, page(resting, kind=Kind.ENDPOINT), now=NOON + HOUR) == [(found, Why.REST)]
