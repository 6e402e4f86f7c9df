"""What differs between Airflow 3.0 and later, in one place."""

from airflow.sdk import BaseOperator, BaseOperatorLink, Connection, Context, Param, get_current_context, task
from airflow.triggers.base import BaseTrigger, TriggerEvent

try:  # Airflow 3.2 warns where they were
    from airflow.sdk.exceptions import (  # type: ignore[attr-defined]  # they are not there in 3.0, by which mypy reads
        AirflowException,
        AirflowFailException,
        AirflowSkipException,
        ParamValidationError,
        TaskDeferred,
    )
except ImportError:
    from airflow.exceptions import (
        AirflowException,
        AirflowFailException,
        AirflowSkipException,
        ParamValidationError,
        TaskDeferred,
    )

try:  # Airflow 3.1 brought the timetables into the SDK
    from airflow.sdk import CronTriggerTimetable  # type: ignore[attr-defined]  # as above
except ImportError:
    from airflow.timetables.trigger import CronTriggerTimetable

__all__ = [
    "AirflowException",
    "AirflowFailException",
    "AirflowSkipException",
    "BaseOperator",
    "BaseOperatorLink",
    "BaseTrigger",
    "Connection",
    "Context",
    "CronTriggerTimetable",
    "Param",
    "ParamValidationError",
    "TaskDeferred",
    "TriggerEvent",
    "get_current_context",
    "task",
]
