"""`python -m bench.road.outline FILE…`: the graphs of DAG files, as JSON: tasks, edges, and which of them wait."""

import json
import sys
from pathlib import Path
from typing import Any

from airflow.models.dagbag import DagBag


def outline(path: Path) -> dict[str, Any]:
    """Each DAG of the file by its id: what a task comes after, when it runs, and whether it may defer."""
    found = DagBag(dag_folder=str(path), include_examples=False, safe_mode=False)
    if found.import_errors or not found.dags:
        raise SystemExit(f"{path} holds no DAG that can be imported: {found.import_errors}")
    return {dag_id: [_task(task) for task in dag.tasks] for dag_id, dag in found.dags.items()}


def _task(task: Any) -> dict[str, Any]:
    return {
        "name": task.task_id,
        "after": sorted(task.upstream_task_ids),
        "rule": str(task.trigger_rule.value),
        "is_teardown": task.is_teardown,
        "waits": bool(getattr(task, "deferrable", False)),
    }


if __name__ == "__main__":
    outlines = [outline(Path(word)) for word in sys.argv[1:]]
    merged = {dag_id: tasks for each in outlines for dag_id, tasks in each.items()}
    sys.stdout.write("\n" + json.dumps(merged) + "\n")
