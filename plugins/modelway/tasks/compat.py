"""What differs between Airflow 3.0 and later, in one place."""

from airflow.exceptions import AirflowFailException, AirflowSkipException
from airflow.sdk import BaseOperator, BaseOperatorLink, Connection, Context, Param, get_current_context, task
from airflow.triggers.base import BaseTrigger, TriggerEvent

__all__ = [
    "AirflowFailException",
    "AirflowSkipException",
    "BaseOperator",
    "BaseOperatorLink",
    "BaseTrigger",
    "Connection",
    "Context",
    "Param",
    "TriggerEvent",
    "get_current_context",
    "task",
]
