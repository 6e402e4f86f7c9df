"""An environment: what was asked for, what MWAA adds to it, and how it changes."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from moto.core.models import DEFAULT_ACCOUNT_ID

Members = Mapping[str, Any]

SMALLEST = "mw1.micro"  # the one class that runs a single scheduler and web server
# https://docs.aws.amazon.com/mwaa/latest/API/API_CreateEnvironment.html
DEFAULTS: Members = {
    "AirflowConfigurationOptions": {},
    "EndpointManagement": "SERVICE",
    "EnvironmentClass": "mw1.small",
    "MaxWorkers": 10,
    "MinWorkers": 1,
    "Tags": {},
    "WebserverAccessMode": "PRIVATE_ONLY",
    "WeeklyMaintenanceWindowStart": "SUN:03:30",
}
LOGS = {
    "DagProcessingLogs": "DAGProcessing",
    "SchedulerLogs": "Scheduler",
    "TaskLogs": "Task",
    "WebserverLogs": "WebServer",
    "WorkerLogs": "Worker",
}
NOT_LOGGED: Members = {"Enabled": False, "LogLevel": "INFO"}


def arn_of(name: str, *, region: str) -> str:
    """The environment's ARN."""
    return f"arn:aws:airflow:{region}:{DEFAULT_ACCOUNT_ID}:environment/{name}"


def new_environment(asked: Members, *, airflow: str, region: str, now: float) -> dict[str, Any]:
    """The environment that CreateEnvironment makes of what it is asked, with MWAA's defaults for the rest."""
    servers = 1 if asked.get("EnvironmentClass") == SMALLEST else 2
    return {
        **DEFAULTS,
        "AirflowVersion": airflow,
        **dict.fromkeys(("Schedulers", "MinWebservers", "MaxWebservers"), servers),
        **made_by_mwaa(region),
        **asked,
        "LoggingConfiguration": logging_of(asked, {}, region=region, name=asked["Name"]),
        "CreatedAt": now,
        "LastUpdate": {"Status": "SUCCESS", "CreatedAt": now},
    }


def changed_environment(known: Members, asked: Members, *, region: str, now: float) -> dict[str, Any]:
    """The environment after UpdateEnvironment; what is not asked for stays, nor do subnets ever change."""
    last = {"CreatedAt": now, "Status": "SUCCESS"}
    if strategy := asked.get("WorkerReplacementStrategy"):
        last["WorkerReplacementStrategy"] = strategy
    return {
        **known,
        **{name: value for name, value in asked.items() if name != "WorkerReplacementStrategy"},
        "NetworkConfiguration": {**known["NetworkConfiguration"], **asked.get("NetworkConfiguration", {})},
        "LoggingConfiguration": logging_of(asked, known["LoggingConfiguration"], region=region, name=known["Name"]),
        "LastUpdate": last,
    }


def logging_of(asked: Members, known: Members, *, region: str, name: str) -> dict[str, Any]:
    """All five logs with their groups, off where nobody asked for them."""
    wanted = asked.get("LoggingConfiguration", {})
    return {
        log: {**NOT_LOGGED, **known.get(log, {}), **wanted.get(log, {}), "CloudWatchLogGroupArn": group}
        for log, part in LOGS.items()
        for group in [f"arn:aws:logs:{region}:{DEFAULT_ACCOUNT_ID}:log-group:airflow-{name}-{part}"]
    }


def made_by_mwaa(region: str) -> dict[str, str]:
    """What MWAA makes in its own account and names in its answer."""
    service = f"com.amazonaws.vpce.{region}.vpce-svc-"
    return {
        "CeleryExecutorQueue": f"arn:aws:sqs:{region}:{DEFAULT_ACCOUNT_ID}:airflow-celery-{uuid4()}",
        "DatabaseVpcEndpointService": f"{service}{uuid4().hex[:17]}",
        "WebserverVpcEndpointService": f"{service}{uuid4().hex[:17]}",
        "ServiceRoleArn": (
            f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/aws-service-role/airflow.amazonaws.com/AWSServiceRoleForAmazonMWAA"
        ),
    }
