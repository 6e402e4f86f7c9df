"""The Lambda function that triggers DAGs."""

import base64
import hashlib
from typing import Any

from local.airflow import DAGS
from local.estate.airflow_environment import NAME as ENVIRONMENT
from local.estate.archive import archive
from local.home import CHECKOUT

NAME = "modelway-trigger-dag"
SOURCES = CHECKOUT / "lambda"


def ensure_function(lambda_: Any, *, account: str) -> None:
    """Make the function, or bring its code and settings up to date."""
    code, settings = archive(SOURCES), _settings(account)
    try:
        known = lambda_.get_function(FunctionName=NAME)["Configuration"]
    except lambda_.exceptions.ResourceNotFoundException:
        lambda_.create_function(FunctionName=NAME, Code={"ZipFile": code}, **settings)
        return
    if known["CodeSha256"] != _digest(code):
        lambda_.update_function_code(FunctionName=NAME, ZipFile=code)
    if any(known.get(key) != value for key, value in settings.items()):
        lambda_.update_function_configuration(FunctionName=NAME, **settings)


def _settings(account: str) -> dict[str, Any]:
    allowed = ",".join(sorted(path.stem for path in DAGS.glob("*.py")))
    return {
        "Runtime": "python3.12",
        "Handler": "trigger_dag.handler",
        "Role": f"arn:aws:iam::{account}:role/modelway-trigger-dag",
        "Timeout": 60,
        "Environment": {"Variables": {"MWAA_ENVIRONMENT": ENVIRONMENT, "ALLOWED_DAGS": allowed}},
    }


def _digest(code: bytes) -> str:
    return base64.b64encode(hashlib.sha256(code).digest()).decode()
