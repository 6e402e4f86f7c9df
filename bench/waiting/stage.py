"""Some contenders wait, each for so many jobs: what they ask meanwhile, and how long the ends take to reach them."""

import random
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bench.road.calls import Call, read_calls
from bench.road.program import Span
from bench.waiting.contender import EVENTS, INTERVAL, STOCK, Contender
from bench.waiting.fired import fired
from bench.waiting.lull import Lull
from bench.waiting.woken import Woken
from bench.waiting.yard import Yard

SETTLING = 3 * INTERVAL
STARTING = 12 * INTERVAL


@dataclass(frozen=True)
class Sample:
    """What one contender showed; processor and memory are the whole triggerer's.

    Delays from the job's end are in intervals, one a job: until its trigger's event, and until Airflow has
    written that its task may go on, which it does for one event after the other.
    """

    calls_per_minute: float
    wakeup_calls: int
    wakeups: Sequence[float]
    resumptions: Sequence[float]
    failed: int
    slots_held: int
    cpu_percent: float
    megabytes: float


@dataclass(frozen=True)
class Storm:
    """The time from the first end to the last waking; when each job ended, its trigger fired, its task was woken."""

    span: Span
    ended: Mapping[str, float]
    fired: Mapping[str, float]
    woken: Mapping[str, Woken]

    def wakeup(self, job: str) -> float:
        """From the job's end to its trigger's event, in intervals; of one that raised, to its task's failure."""
        return (self.fired.get(job, self.woken[job].at) - self.ended[job]) / INTERVAL

    def resumption(self, job: str) -> float:
        """From the job's end until its task may go on, in intervals."""
        return (self.woken[job].at - self.ended[job]) / INTERVAL


@dataclass(frozen=True)
class Stage:
    """One number of jobs; `at_once` they end all in the same moment, else over one interval."""

    contenders: Sequence[Contender]
    count: int
    at_once: bool

    def run(self, yard: Yard, *, window: float) -> dict[str, Sample]:
        """The sample of each contender, of a triggerer that has just started."""
        jobs = {contender.name: contender.jobs(self.count) for contender in self.contenders}
        everybody = [job for names in jobs.values() for job in names]
        with ExitStack() as stack:
            url = stack.enter_context(yard.hearing()) if EVENTS in self.contenders else ""
            yard.create(everybody)
            yard.defer({**jobs, "url": url})
            triggerer = stack.enter_context(yard.running("triggerer"))  # by now nobody else writes for long
            self._settle(yard, everybody)
            lull = Lull.watched(yard.database, triggerer, seconds=window)
            storm = self._storm(yard, everybody)
        return {contender.name: self._sample(yard, contender, lull, storm) for contender in self.contenders}

    def _settle(self, yard: Yard, everybody: Sequence[str]) -> None:
        """Wait, not for ever, until every trigger is at its pace: who looks at each job has looked at all of them."""
        yard.until(lambda: yard.database.waiting() == len(everybody), what="handing the triggers to the triggerer")
        begin = time.time()
        time.sleep(SETTLING)
        watched = set(STOCK.jobs(self.count)) & set(everybody)

        def is_steady() -> bool:
            calls = read_calls(yard.calls, within=Span(begin, time.time()))
            return watched <= {call.resource for call in calls if call.operation == "DescribeTrainingJob"}

        until = time.monotonic() + STARTING  # a thousand stock triggers may never get to their pace
        yard.until(lambda: is_steady() or time.monotonic() > until, what="the first look at each job")

    def _storm(self, yard: Yard, everybody: Sequence[str]) -> Storm:
        begin, chance = time.time(), random.Random(self.count)  # noqa: S311 - no secret
        time.sleep(chance.random() * INTERVAL)  # no better moment than any other
        if self.at_once:
            yard.end(everybody)
        else:
            for job in chance.sample(everybody, len(everybody)):
                time.sleep(INTERVAL / len(everybody))
                yard.end([job])
        yard.until(lambda: len(yard.database.woken()) == len(everybody), what="waking the tasks")
        span = Span(begin, time.time())
        return Storm(span, yard.ended(everybody), fired(yard.root / "airflow" / "logs"), yard.database.woken())

    def _sample(self, yard: Yard, contender: Contender, lull: Lull, storm: Storm) -> Sample:
        jobs = contender.jobs(self.count)
        return Sample(
            calls_per_minute=len(_calls(yard, contender, lull.span)) / lull.span.seconds * 60,
            wakeup_calls=len(_calls(yard, contender, storm.span)),
            wakeups=[storm.wakeup(job) for job in jobs],
            resumptions=[storm.resumption(job) for job in jobs],
            failed=sum(storm.woken[job].has_failed for job in jobs),
            slots_held=lull.slots_held,
            cpu_percent=lull.cpu_percent,
            megabytes=lull.megabytes,
        )


def _calls(yard: Yard, contender: Contender, span: Span) -> list[Call]:
    return [call for call in read_calls(yard.calls, within=span) if contender.made(call)]
