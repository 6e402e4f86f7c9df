"""Looks at a DAG run while a step waits for it, and tells its tasks as rows."""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from local.errors import StepFailed
from local.view.dagrun import DagRuns, Run, Task
from local.view.joblogs import JobLog
from local.view.stage import State
from local.view.tasks import ANNOUNCING, NOT_YET, RECORDING, STATES, WORDS, detail_of, row_of
from local.view.view import View

STARTED = re.compile(r"run (?P<id>\S+) of (?P<dag>\S+) is \w+: (?P<url>\S*)")
PERIOD = 1.0
LAST_LOOKS = 3
AGAIN = "failed once; tries again"
WORST_FIRST = (State.RUNNING, State.FAILED, State.DONE, State.SKIPPED)


class Watch:
    """Hears from the step which run it is, and asks Airflow about its tasks."""

    def __init__(self, view: View, runs: DagRuns, *, queue: str, logs: Sequence[JobLog] = ()) -> None:
        self.run: Run | None = None
        self._view = view
        self._runs = runs
        self._queue = queue
        self._logs = logs
        self._over: set[str] = set()
        self._next = 0.0
        view.tell(queue)

    def hear(self, line: str) -> None:
        """The step's first words name the run."""
        if self.run is None and (found := STARTED.fullmatch(line)):
            self.run = Run(found["dag"], found["id"], found["url"])
            self._view.tell(self._queue, state=State.DONE, detail=self.run.id, link=self.run.url)

    def look(self) -> None:
        """Tell what is new, not more often than the period."""
        if self.run is not None and time.monotonic() >= self._next:
            self.look_once(self.run)
            self._next = time.monotonic() + PERIOD

    @contextmanager
    def to_the_end(self) -> Iterator[None]:
        """Look a last time when the step has ended, well or not: it knows the run's end before its rows do."""
        try:
            yield
        except StepFailed:
            self._finish(State.FAILED)
            raise
        self._finish(State.DONE)

    def _finish(self, state: State) -> None:
        if self.run is None:
            self._view.tell(self._queue, state=state)
            return
        for _ in range(LAST_LOOKS):
            if self.look_once(self.run):
                return

    def look_once(self, run: Run) -> bool:
        """Tell every task that has begun, and the jobs' new lines; whether Airflow answered."""
        for log in self._logs:
            for line in log.new_lines():
                self._view.log(log.kind, line)
        told: dict[str, list[Task]] = {}
        tasks = self._runs.tasks(run)
        for task in tasks:
            if task.state not in NOT_YET:
                told.setdefault(row_of(run.dag, task.id, task.title), []).append(task)
        for row, members in told.items():
            if row not in self._over:
                self._tell(run, row, members)
        return bool(tasks)

    def _tell(self, run: Run, row: str, tasks: Sequence[Task]) -> None:
        states = {STATES.get(task.state or "", State.RUNNING): task for task in sorted(tasks, key=_is_known)}
        state = next(each for each in WORST_FIRST if each in states)
        if state is State.RUNNING or (state is State.DONE and _is_announcing(run, tasks)):
            again = any(task.state == "up_for_retry" for task in tasks)
            self._view.tell(row, detail=AGAIN if again else "")
            return
        self._over.add(row)
        self._view.tell(row, state=state, detail=self._detail(run, states[state], state))

    def _detail(self, run: Run, task: Task, state: State) -> str:
        if state is State.FAILED:
            words = self._runs.left(run, task.id, key="failure") or {}
            return str(words.get("reason", "see its log in Airflow")).partition("\n")[0]
        if state is State.SKIPPED:
            return WORDS[task.id].skipped if task.id in WORDS else ""
        return detail_of(task.id, self._runs.left(run, task.id))


def _is_known(task: Task) -> bool:
    return task.id in WORDS


def _is_announcing(run: Run, tasks: Sequence[Task]) -> bool:
    """Whether the record is written and a channel's turn has not come."""
    return RECORDING.get(run.dag) in {task.id for task in tasks} and len(tasks) <= len(ANNOUNCING)
