"""Airflow's part in a test: what it answers to a task or a trigger that asks for states."""

from collections.abc import Mapping
from typing import Any

import pytest
from airflow.sdk.execution_time.comms import GetTaskStates, TaskStatesResult

States = Mapping[str, Mapping[str, str | None]]


class AirflowSays:
    """Takes what tasks send to their supervisor, and answers with the states of tasks by run."""

    def __init__(self, states: States) -> None:
        self.states = states

    def send(self, msg: GetTaskStates) -> TaskStatesResult:
        """The states of all tasks of the runs that are asked for."""
        return TaskStatesResult(
            task_states={run: dict(tasks) for run, tasks in self.states.items() if run in (msg.run_ids or ())}
        )


class AirflowIsAway:
    """A supervisor that does not answer."""

    def send(self, msg: Any) -> Any:
        """Nobody there."""
        raise EOFError("Request socket closed before length")


def let_airflow_say(monkeypatch: pytest.MonkeyPatch, says: Any) -> None:
    """Let this process's tasks and triggers ask it."""
    monkeypatch.setattr("airflow.sdk.execution_time.task_runner.SUPERVISOR_COMMS", says, raising=False)
