"""`runner.py FILE`: runs the DAG `dag` of a file to its end; prints what became of it and its tasks.

The scaffold beside it stands in for the modules that only a checkout of Airflow has, so that Airflow's own example DAGs
run unchanged but for their pace: who waits looks each second.
"""

import json
import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from airflow.sdk.execution_time import supervisor
from airflow.utils.db import initdb

PACE = ("check_interval", "poke_interval")
SCAFFOLD = Path(__file__).with_name("scaffold")


def main(file: Path) -> None:
    """Run it in Airflow's own minimal loop, triggers included."""
    sys.path.append(str(SCAFFOLD))
    # Airflow makes this application anew for each task, which takes longer than the task.
    supervisor.in_process_api_server = cache(supervisor.in_process_api_server)
    initdb()
    dag = dag_of(file)
    hasten(dag)
    sys.stdout.write(f"\n{json.dumps(outcome(dag.test()))}\n")


def dag_of(file: Path) -> Any:
    """The DAG that the file defines."""
    spec = spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    return module.dag


def hasten(dag: Any) -> None:
    """Let each task that waits look each second."""
    for task in dag.tasks:
        for name in PACE:
            if hasattr(task, name):
                setattr(task, name, 1)


def outcome(run: Any) -> dict[str, Any]:
    """The run's state, its tasks' states, and what they returned."""
    tasks = run.get_task_instances()
    returned = {task.task_id: task.xcom_pull(task_ids=task.task_id) for task in tasks}
    return {
        "state": str(run.state),
        "tasks": {task.task_id: str(task.state) for task in tasks},
        "returned": json.loads(json.dumps(returned, default=str)),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
