"""Some contenders wait, each for so many jobs: what they ask meanwhile, and how long the ends take to reach them."""

import random
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bench.road.calls import Call, read_calls
from bench.road.meter import tree_seconds
from bench.road.program import Span
from bench.waiting.contender import EVENTS, INTERVAL, STOCK, Contender
from bench.waiting.memory import tree_megabytes
from bench.waiting.woken import Woken
from bench.waiting.yard import Yard

SETTLING = 3 * INTERVAL


@dataclass(frozen=True)
class Sample:
    """What one contender showed; delays in intervals, one a job."""

    calls_per_minute: float
    wakeup_calls: int
    delays: Sequence[float]
    failed: int
    slots_held: int
    cpu_percent: float
    megabytes: float


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
            triggerer = stack.enter_context(yard.running("triggerer"))
            yard.create(everybody)
            yard.defer({**jobs, "url": url})
            self._settle(yard, everybody)
            before, begin = tree_seconds(triggerer), time.time()
            time.sleep(window)
            waited = Span(begin, time.time())
            cpu, held = (tree_seconds(triggerer) - before) / waited.seconds * 100, yard.database.slots_held()
            megabytes = tree_megabytes(triggerer)
            storm, woken = self._end(yard, everybody)
        ended = yard.ended(everybody)
        return {
            contender.name: Sample(
                calls_per_minute=len(self._calls(yard, contender, waited)) / waited.seconds * 60,
                wakeup_calls=len(self._calls(yard, contender, storm)),
                delays=delays({job: ended[job] for job in jobs[contender.name]}, woken),
                failed=sum(woken[job].has_failed for job in jobs[contender.name]),
                slots_held=held,
                cpu_percent=cpu,
                megabytes=megabytes,
            )
            for contender in self.contenders
        }

    def _settle(self, yard: Yard, everybody: Sequence[str]) -> None:
        """Wait until every trigger is at its pace; those that look at each job have then looked at each twice."""
        yard.until(lambda: yard.database.waiting() == len(everybody), what="handing the triggers to the triggerer")
        begin = time.time()
        time.sleep(SETTLING)
        watched = set(STOCK.jobs(self.count)) & set(everybody)

        def is_steady() -> bool:
            calls = read_calls(yard.calls, within=Span(begin, time.time()))
            return watched <= {call.resource for call in calls if call.operation == "DescribeTrainingJob"}

        yard.until(is_steady, what="the first look at each job")

    def _end(self, yard: Yard, everybody: Sequence[str]) -> tuple[Span, Mapping[str, Woken]]:
        """Let all jobs end; the time until the last task was woken, and when each was."""
        begin, chance = time.time(), random.Random(self.count)  # noqa: S311 - no secret
        time.sleep(chance.random() * INTERVAL)  # no better moment than any other
        if self.at_once:
            yard.end(everybody)
        else:
            for job in chance.sample(everybody, len(everybody)):
                time.sleep(INTERVAL / len(everybody))
                yard.end([job])
        yard.until(lambda: len(yard.database.woken()) == len(everybody), what="waking the tasks")
        return Span(begin, time.time()), yard.database.woken()

    def _calls(self, yard: Yard, contender: Contender, span: Span) -> list[Call]:
        return [call for call in read_calls(yard.calls, within=span) if contender.made(call)]


def delays(ended: Mapping[str, float], woken: Mapping[str, Woken]) -> list[float]:
    """From each job's end to its task's waking, in intervals."""
    return [(woken[job].at - end) / INTERVAL for job, end in ended.items()]
