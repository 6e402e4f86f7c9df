"""A project's share of the workers: the tasks of its runs queue in a pool of the project's own."""

import json
import logging
from typing import TYPE_CHECKING, Any

from airflow.configuration import conf
from airflow.listeners import hookimpl
from pydantic import PositiveInt, TypeAdapter, ValidationError

from modelway import names
from modelway.errors import ModelwayError
from modelway.tasks.settings import SECTION

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun

OPTION = "slots"
DESCRIPTION = "Made and sized by Modelway, from the option [modelway] slots"

log = logging.getLogger(__name__)


@hookimpl
def on_dag_run_running(dag_run: "DagRun") -> None:
    """Give the run's tasks their project's pool. The scheduler says this before it queues any, within its transaction.

    A DAG cannot say it: its tasks have one pool each, for all runs, and neither pool nor a policy sees a run's conf
    (docs/decisions/0006).
    """
    project = (dag_run.conf or {}).get("project")
    slots = read_slots()
    if isinstance(project, str) and project in slots:
        _take_pool(dag_run, names.pool(project), slots=slots[project])


def read_slots() -> dict[str, int]:
    """How many tasks of a project may be at work at once, by project; who is not in it shares the default pool."""
    value = conf.get(SECTION, OPTION, fallback="") or "{}"
    try:
        return TypeAdapter(dict[str, PositiveInt]).validate_python(json.loads(value))
    except (ValueError, ValidationError) as error:
        raise ModelwayError(
            f'Airflow option [{SECTION}] {OPTION} is {value!r}; use a JSON object such as {{"churn": 4}}, '
            "each number at least 1"
        ) from error


def _take_pool(dag_run: "DagRun", pool: str, *, slots: int) -> None:
    # Only the scheduler comes here; tasks load this module too, and may not touch the database.
    from airflow.models.pool import Pool
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import update  # type: ignore[import-untyped]  # SQLAlchemy 1.4
    from sqlalchemy.orm import object_session  # type: ignore[import-untyped]  # the same

    session = object_session(dag_run)
    _ensure_pool(session, pool, slots=slots)
    own = (TaskInstance.dag_id == dag_run.dag_id, TaskInstance.run_id == dag_run.run_id)
    unsaid = TaskInstance.pool == Pool.DEFAULT_POOL_NAME
    fetching = {"synchronize_session": "fetch"}  # the scheduler may hold some of them already
    session.execute(update(TaskInstance).where(*own, unsaid).values(pool=pool), execution_options=fetching)
    log.info("Run %s of DAG %s has the %s slots of pool %s", dag_run.run_id, dag_run.dag_id, slots, pool)


def _ensure_pool(session: Any, name: str, *, slots: int) -> None:
    """Make the pool, or bring its size up to date, in one statement: another scheduler may be about to do the same.

    A savepoint would do with any database, but the scheduler's transaction refuses to commit one.
    """
    from airflow.models.pool import Pool
    from sqlalchemy import select
    from sqlalchemy.dialects import postgresql, sqlite  # type: ignore[import-untyped]  # the same

    if session.scalar(select(Pool.slots).where(Pool.pool == name)) == slots:
        return
    dialects = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}  # MWAA's database, and a desk's
    insert: Any = dialects[session.get_bind().dialect.name]
    row = {"pool": name, "slots": slots, "description": DESCRIPTION, "include_deferred": False}
    session.execute(insert(Pool).values(row).on_conflict_do_update(index_elements=["pool"], set_={"slots": slots}))
