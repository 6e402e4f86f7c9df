"""What Airflow itself takes for our graphs, whatever is in the tasks."""

import json
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.airflow_home import airflow_home
from bench.interpreter import answer_of
from bench.road.airflow import Airflow
from bench.road.program import Span

TWIN = Path(__file__).with_name("empty.py")
PREFIX = "floor_"
Outlines = Mapping[str, Sequence[Mapping[str, Any]]]


def read_outlines(dags: Path) -> Outlines:
    """The graphs in the folder as Airflow reads them, by DAG: so they are what the DAGs are today."""
    files = [str(path) for path in sorted(dags.glob("*.py"))]
    with airflow_home() as environment:
        read: Outlines = answer_of("-m", "bench.road.outline", *files, environment=environment)
    return read


def lay_floor(dags: Path, outlines: Outlines) -> None:
    """Put an empty twin of each DAG in the folder beside it."""
    twins = {f"{PREFIX}{dag_id}": tasks for dag_id, tasks in outlines.items()}
    (dags / "floor.json").write_text(json.dumps(twins, indent=2), encoding="utf-8")
    shutil.copyfile(TWIN, dags / "floor.py")


def walk_floor(airflow: Airflow, dag_ids: Sequence[str]) -> Span:
    """Run the twins of these DAGs one after the other, started and awaited over REST."""
    begin = time.time()
    for dag_id in dag_ids:
        twin = f"{PREFIX}{dag_id}"
        airflow.await_success(twin, airflow.start(twin))
    return Span(begin, time.time())
