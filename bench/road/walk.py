"""A push, its approval and a prediction: what is measured."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from bench.errors import BenchError
from bench.road.desk import Desk
from bench.road.floor import Outlines
from bench.road.program import Span
from bench.road.stages import APPROVE, PUSH, Landmark, landmark_stages, task_stages
from bench.road.workplace import git

ROAD = ("train", "deploy")
HYPERPARAMETER = re.compile(r"(?<=hyperparameters = \{ c = )[0-9.]+")
THOUSANDTHS = 15  # c of the second push; each later one is a little larger


@dataclass(frozen=True)
class Walk:
    """Pushes of one model, each with another hyperparameter."""

    desk: Desk
    outlines: Outlines
    cs: Iterator[int] = field(default_factory=lambda: count(THOUSANDTHS))

    def first(self) -> None:
        """The push that makes data, environment and endpoint; nobody measures it."""
        self._steps()

    def next(self) -> dict[str, float]:
        """The seconds of each stage of a later push, and the total."""
        self._edit()
        push, approve, predict = self._steps()
        return {
            "total": push.seconds + approve.seconds + predict.seconds,
            **self._command(push, ROAD[0], PUSH),
            **self._command(approve, ROAD[1], APPROVE),
            "predict": predict.seconds,
        }

    def _steps(self) -> tuple[Span, Span, Span]:
        push = self.desk.local("push", str(self.desk.place.model))
        return push, self.desk.local("approve"), self.desk.local("predict")

    def _edit(self) -> None:
        file = self.desk.place.model / "model.toml"
        text, changed = HYPERPARAMETER.subn(f"{next(self.cs) / 1000}", file.read_text())
        if changed != 1:
            raise BenchError(f"{file} sets no hyperparameter c, which the bench changes; mend bench/road/walk.py")
        file.write_text(text)
        git(self.desk.place.model, "commit", "--all", "--quiet", "--message", "Try another c")

    def _command(self, command: Span, dag_id: str, landmarks: Sequence[Landmark]) -> dict[str, float]:
        """Up to the DAG run by landmarks, the run by tasks, then how long the command tells what it came to."""
        run_id, run = self.desk.airflow.last_run(dag_id, within=command)
        before = Span(command.begin, run.begin)
        stages = landmark_stages(self.desk.calls(before), landmarks, within=before)
        after = {task["name"]: task["after"] for task in self.outlines[dag_id]}
        tasks = task_stages(self.desk.airflow.tasks(dag_id, run_id), after, begin=run.begin)
        inside = {"run": run.seconds, **tasks, "tell": command.end - run.end, "trigger": stages.pop("trigger")}
        return {**stages, **{f"{dag_id}.{name}": seconds for name, seconds in inside.items()}}
