"""The floor: the graphs in the JSON file beside this one, with tasks that do nothing and waits that are over at once.

It is copied to a dags folder and read by Airflow there.
"""

import json
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, BaseOperator
from airflow.triggers.testing import SuccessTrigger


class Nothing(BaseOperator):
    """A task with no work; Airflow's own EmptyOperator would never reach a worker."""

    def execute(self, context: Any) -> None:
        """Be done."""


class Wait(BaseOperator):
    """A task that gives its worker back once; the trigger fires at its first look."""

    def execute(self, context: Any) -> None:
        """Wait for nothing."""
        self.defer(trigger=SuccessTrigger(), method_name="execute_complete")

    def execute_complete(self, context: Any, event: Any = None) -> None:
        """Be done."""


def graph(dag_id: str, outline: list[dict[str, Any]]) -> DAG:
    """A DAG of that outline."""
    with DAG(dag_id, schedule=None, is_paused_upon_creation=False) as dag:
        tasks = {
            one["name"]: (Wait if one["waits"] else Nothing)(task_id=one["name"], trigger_rule=one["rule"])
            for one in outline
            if not one["is_teardown"]
        }
        # A teardown sets its own trigger rule.
        tasks |= {one["name"]: Nothing(task_id=one["name"]).as_teardown() for one in outline if one["is_teardown"]}
        for one in outline:
            tasks[one["name"]].set_upstream([tasks[name] for name in one["after"]])
    return dag


OUTLINES = Path(__file__).with_suffix(".json")
for name, tasks in json.loads(OUTLINES.read_text(encoding="utf-8")).items() if OUTLINES.exists() else ():
    globals()[name] = graph(name, tasks)
