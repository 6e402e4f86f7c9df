"""`scheduler.py ROUNDS`: Airflow's own scheduler starts runs of new projects; prints what became of runs and pools.

ROUNDS is JSON: in turn the value of the option [modelway] slots, and the projects of new runs.
"""

import json
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.api.common.trigger_dag import trigger_dag
from airflow.cli.commands.dag_command import dag_reserialize
from airflow.jobs.job import Job
from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
from airflow.models import DagRun, Pool
from airflow.utils.db import initdb
from airflow.utils.session import create_session
from airflow.utils.sqlalchemy import prohibit_commit
from airflow.utils.types import DagRunTriggeredByType
from sqlalchemy import select  # type: ignore[import-untyped]  # SQLAlchemy 1.4


def main(rounds: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Start the runs of each round."""
    initdb()
    dag_reserialize(Namespace(bundle_name=None))
    scheduler = SchedulerJobRunner(job=Job())
    for number, (slots, projects) in enumerate(rounds):
        os.environ["AIRFLOW__MODELWAY__SLOTS"] = slots  # as MWAA sets its options
        for project in projects:
            ask(f"{number}-{project}", project=project)
        start(scheduler)
    sys.stdout.write(f"{json.dumps(seen())}\n")


def ask(run_id: str, *, project: str) -> None:
    """Queue a run."""
    trigger_dag(
        "train",
        run_id=run_id,
        run_after=datetime.now(UTC) - timedelta(hours=1),
        conf={"project": project, "model": "m", "version": "1.0.0"},
        triggered_by=DagRunTriggeredByType.TEST,
    )


def start(scheduler: SchedulerJobRunner) -> None:
    """Let the scheduler start what is queued, under its guard: a commit by somebody else would raise."""
    with create_session() as session, prohibit_commit(session) as guard:
        scheduler._start_queued_dagruns(session)
        guard.commit()


def seen() -> dict[str, Any]:
    """Runs with their state and pools, and pools with their slots."""
    with create_session() as session:
        runs = {
            run.run_id: [run.state, sorted({ti.pool for ti in run.get_task_instances(session=session)})]
            for run in session.scalars(select(DagRun))
        }
        return {"runs": runs, "pools": {pool.pool: pool.slots for pool in session.scalars(select(Pool))}}


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
