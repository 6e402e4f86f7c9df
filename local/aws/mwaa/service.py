"""MWAA's API: what each operation answers."""

import time
from collections.abc import Callable
from typing import Any

from werkzeug import Request, Response

from local.aws.airflow import AirflowApi
from local.aws.mwaa.asked import Asked
from local.aws.mwaa.environments import Environments
from local.aws.mwaa.refusal import Refused, not_here
from local.aws.mwaa.rest_api import as_json, invoke_rest_api
from local.aws.mwaa.status import status_of
from local.aws.records import Record
from local.aws.rest import model_of

Answer = Callable[[Asked], Response]


class Mwaa:
    """All operations but PublishMetrics, which is MWAA's own."""

    def __init__(self, airflow: AirflowApi, environments: Environments) -> None:
        self.airflow = airflow
        self.environments = environments
        self.operations: dict[str, Answer] = {
            "CreateCliToken": self.refuse_token,
            "CreateEnvironment": self.create,
            "CreateWebLoginToken": self.refuse_token,
            "DeleteEnvironment": self.delete,
            "GetEnvironment": self.describe,
            "InvokeRestApi": self.invoke,
            "ListEnvironments": self.list,
            "ListTagsForResource": self.list_tags,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "UpdateEnvironment": self.update,
        }

    def __call__(self, request: Request) -> Response:
        """The answer to one MWAA request."""
        try:
            asked = Asked.read(request)
            return self.operations.get(asked.operation, refuse_unknown)(asked)
        except Refused as refused:
            return refused.response

    def create(self, asked: Asked) -> Response:
        """CreateEnvironment."""
        return as_json({"Arn": self.environments.create(asked.members, region=asked.region)})

    def update(self, asked: Asked) -> Response:
        """UpdateEnvironment."""
        return as_json({"Arn": self.environments.update(asked.members, region=asked.region)})

    def delete(self, asked: Asked) -> Response:
        """DeleteEnvironment."""
        self.environments.delete(asked.members["Name"], region=asked.region)
        return as_json({})

    def describe(self, asked: Asked) -> Response:
        """GetEnvironment: AVAILABLE once its change is over, unless Airflow has stopped to serve."""
        record = self.environments.find(asked.members["Name"], region=asked.region)
        status = status_of(record, has_failed=self.airflow.has_failed(), now=time.time())
        return as_json({"Environment": shown(record, status=status, url=self.airflow.url)})

    def list(self, asked: Asked) -> Response:
        """ListEnvironments; there is one at most, so there is never a second page."""
        return as_json({"Environments": self.environments.names(asked.region)})

    def list_tags(self, asked: Asked) -> Response:
        """ListTagsForResource."""
        return as_json({"Tags": self.environments.by_arn(asked.members["ResourceArn"])["Tags"]})

    def tag(self, asked: Asked) -> Response:
        """TagResource."""
        self.environments.tag(asked.members["ResourceArn"], asked.members["Tags"])
        return as_json({})

    def untag(self, asked: Asked) -> Response:
        """UntagResource."""
        self.environments.untag(asked.members["ResourceArn"], asked.members["tagKeys"])
        return as_json({})

    def invoke(self, asked: Asked) -> Response:
        """InvokeRestApi."""
        self.environments.find(asked.members["Name"], region=asked.region)
        return invoke_rest_api(self.airflow, asked)

    def refuse_token(self, asked: Asked) -> Response:
        """CreateCliToken and CreateWebLoginToken: there is neither MWAA's command line nor its login here."""
        self.environments.find(asked.members["Name"], region=asked.region)
        message = f"{asked.operation} is not available in the local MWAA: open {self.airflow.url}, or use InvokeRestApi"
        raise not_here(message)


def refuse_unknown(asked: Asked) -> Response:
    """The answer to an operation that is not here."""
    raise not_here(f"{asked.operation} is not available in the local MWAA")


def shown(record: Record, *, status: str, url: str) -> dict[str, Any]:
    """The environment as GetEnvironment answers it."""
    shape: Any = model_of("mwaa").shape_for("Environment")
    told = {**record, "Arn": record["arn"], "Status": status, "WebserverUrl": url}
    return {name: told[name] for name in shape.members if name in told}
