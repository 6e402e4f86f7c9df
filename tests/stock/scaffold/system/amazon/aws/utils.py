"""Stands in for the module of this name in Airflow's checkout: what its example DAGs use of it."""

import os
from collections.abc import Sequence
from typing import Any

import boto3
from airflow.sdk import task
from airflow.utils.trigger_rule import TriggerRule

ENV_ID_KEY = "ENV_ID"
ENV_ID = "stand-in"


class SystemTestContextBuilder:
    """Builds the task that tells the others the run's prefix and the variables of the environment."""

    def __init__(self) -> None:
        self._names: list[str] = []

    def add_variable(self, name: str) -> "SystemTestContextBuilder":
        """Tell this variable too."""
        self._names.append(name)
        return self

    def build(self) -> Any:
        """The task, to be called in the DAG."""
        names = tuple(self._names)

        @task
        def context(ti: Any = None) -> None:
            ti.xcom_push(key=ENV_ID_KEY, value=ENV_ID)
            for name in names:
                ti.xcom_push(key=name, value=os.environ[name])

        return context


@task(trigger_rule=TriggerRule.ALL_DONE)
def prune_logs(logs: Sequence[tuple[str, str]]) -> None:
    """Delete the streams of each group that begin so."""
    client: Any = boto3.client("logs")
    for group, prefix in logs:
        found = client.describe_log_streams(logGroupName=group, logStreamNamePrefix=prefix)["logStreams"]
        assert found, f"{group} has no stream that begins with {prefix}"
        for stream in found:
            client.delete_log_stream(logGroupName=group, logStreamName=stream["logStreamName"])
