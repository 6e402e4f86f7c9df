"""Stands in for the module of this name in Airflow's checkout."""

from airflow.sdk import task
from airflow.utils.trigger_rule import TriggerRule


@task(trigger_rule=TriggerRule.ONE_FAILED, retries=0)
def watcher() -> None:
    """Fail the run where a task has failed, whatever the tasks that clean up after it come to."""
    raise AssertionError("a task before this one has failed")
