"""The DAG whose tasks wait; a woken one goes no further, as its pool has no slots."""

from airflow.sdk import DAG, BaseOperator

DAG_ID, POOL = "waiting", "waiting"


class Wait(BaseOperator):
    """A task that the bench defers without a worker."""


with DAG(DAG_ID, schedule=None, is_paused_upon_creation=False):
    Wait(task_id="wait", pool=POOL)
