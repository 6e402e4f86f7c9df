"""`scheduler.py ROUNDS`: Airflow's own scheduler starts runs of new projects; prints what became of runs and pools.

ROUNDS is JSON: in turn the value of the option [modelway] slots, and the projects of new runs.
"""

import json
import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.jobs.job import Job
from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
from airflow.models import DagBag, DagRun, Pool
from airflow.utils.db import initdb
from airflow.utils.session import create_session
from airflow.utils.sqlalchemy import prohibit_commit
from airflow.utils.state import DagRunState
from airflow.utils.timezone import utcnow
from airflow.utils.types import DagRunTriggeredByType, DagRunType


def main(rounds: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Start the runs of each round."""
    initdb()
    DagBundlesManager().sync_bundles_to_db()
    DagBag(include_examples=False).sync_to_db("dags-folder", None)
    scheduler = SchedulerJobRunner(job=Job())
    for number, (slots, projects) in enumerate(rounds):
        os.environ["AIRFLOW__MODELWAY__SLOTS"] = slots  # as MWAA sets its options
        for project in projects:
            ask(f"{number}-{project}", project=project)
        start(scheduler)
    sys.stdout.write(f"{json.dumps(seen())}\n")


def ask(run_id: str, *, project: str) -> None:
    """Queue a run."""
    with create_session() as session:
        dag: Any = DagBag(read_dags_from_db=True).get_dag("train", session=session)
        dag.create_dagrun(
            run_id=run_id,
            run_after=utcnow() - timedelta(hours=1),
            conf={"project": project, "model": "m", "version": "1.0.0"},
            run_type=DagRunType.MANUAL,
            triggered_by=DagRunTriggeredByType.TEST,
            state=DagRunState.QUEUED,
            session=session,
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
            for run in session.query(DagRun)
        }
        return {"runs": runs, "pools": {pool.pool: pool.slots for pool in session.query(Pool)}}


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
