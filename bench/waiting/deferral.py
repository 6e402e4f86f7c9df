"""`python -m bench.waiting.deferral`: leaves in Airflow's database what a worker's deferral leaves.

It reads jobs from stdin: `{"ours": [names], "stock": [names], "events": [names], "url": queue}`; without any of them
only the DAG is made.
"""

import json
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.models import DagBag, DagRun, Pool, TaskInstance
from airflow.models.trigger import Trigger
from airflow.providers.amazon.aws.triggers.sagemaker import SageMakerTrigger
from airflow.triggers.base import BaseTrigger
from airflow.utils.db import initdb
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState, TaskInstanceState
from airflow.utils.timezone import utcnow
from airflow.utils.types import DagRunTriggeredByType, DagRunType

from bench.waiting.contender import EVENTS, INTERVAL, OURS, STOCK
from bench.waiting.dag import DAG_ID, POOL
from bench.waiting.events import EventTrigger
from modelway.aws.jobs import describe
from modelway.jobs import Kind
from modelway.tasks.clients import client
from modelway.tasks.triggers import RestTrigger

CONNECTION = "aws_default"
PIECE = 10  # tasks a transaction
ENOUGH = 100_000  # looks: with the stock default a wait fails after 60 of them


def main(asked: dict[str, Any]) -> None:
    """Make the DAG where it is missing, put away what was measured before, and defer a task for each job."""
    url = asked.pop("url", "")
    triggers: dict[str, Callable[[str], BaseTrigger]] = {
        OURS.name: ours,
        STOCK.name: stock,
        EVENTS.name: lambda job: EventTrigger(job, url, CONNECTION),
    }
    if not asked:
        prepare()
    put_away()
    for contender, jobs in asked.items():
        defer({job: triggers[contender](job) for job in jobs})


def ours(job: str) -> BaseTrigger:
    """The trigger of a task of ours, which has described its job last."""
    description = describe(_sagemaker(), Kind.TRAINING, job)
    assert description is not None, f"{job} was never made"
    return RestTrigger.after(Kind.TRAINING, description, aws_conn_id=CONNECTION)


@cache
def _sagemaker() -> Any:
    return client("sagemaker")


def stock(job: str) -> BaseTrigger:
    """What SageMakerTrainingOperator(deferrable=True, check_interval=10, max_attempts=…) defers with."""
    return SageMakerTrigger(
        job_name=job, job_type="Training", poke_interval=INTERVAL, max_attempts=ENOUGH, aws_conn_id=CONNECTION
    )


def prepare() -> None:
    """A database with the DAG in it, and the pool in which no task ever starts."""
    initdb()
    DagBundlesManager().sync_bundles_to_db()
    DagBag(include_examples=False).sync_to_db("dags-folder", None)
    Pool.create_or_update_pool(POOL, slots=0, description="of the bench", include_deferred=False)


def put_away() -> None:
    """Let the scheduler forget the tasks that have been woken."""
    with create_session() as session:
        session.query(TaskInstance).update({"state": TaskInstanceState.SUCCESS})
        session.query(DagRun).update({"state": DagRunState.SUCCESS})


def defer(triggers: dict[str, BaseTrigger]) -> None:
    """A run for each job, in the middle of its only task; in pieces, as SQLite lets one write at a time."""
    pairs = list(triggers.items())
    for begin in range(0, len(pairs), PIECE):
        with create_session() as session:
            dag: Any = DagBag(read_dags_from_db=True).get_dag(DAG_ID, session=session)
            for job, trigger in pairs[begin : begin + PIECE]:
                _defer(dag, job, trigger, session)


def _defer(dag: Any, job: str, trigger: BaseTrigger, session: Any) -> None:
    row = Trigger.from_object(trigger)
    session.add(row)
    session.flush()
    for task in _run(dag, job, session).get_task_instances(session=session):
        task.state, task.try_number, task.start_date = TaskInstanceState.DEFERRED, 1, utcnow()
        task.trigger_id, task.next_method, task.next_kwargs = row.id, "execute_complete", {}


def _run(dag: Any, job: str, session: Any) -> DagRun:
    run: DagRun = dag.create_dagrun(
        run_id=job,
        run_after=utcnow(),
        run_type=DagRunType.MANUAL,
        triggered_by=DagRunTriggeredByType.TEST,
        state=DagRunState.RUNNING,
        start_date=utcnow(),
        session=session,
    )
    return run


if __name__ == "__main__":
    main(json.loads(sys.stdin.read() or "{}"))
