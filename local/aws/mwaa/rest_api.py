"""InvokeRestApi: Airflow's own REST API behind MWAA's door."""

import json
from typing import Any

from werkzeug import Response

from local.aws.airflow import AirflowAnswer, AirflowApi, AirflowSilent
from local.aws.mwaa.asked import Asked
from local.aws.mwaa.refusal import Refused, invalid


def invoke_rest_api(airflow: AirflowApi, asked: Asked) -> Response:
    """Airflow's own answer, its refusals as MWAA's two exceptions."""
    call = asked.members
    if not call["Path"].startswith("/"):
        raise invalid(f"Value '{call['Path']}' at 'path' has to start with a slash")
    try:
        query, body = call.get("QueryParameters") or {}, call.get("Body")
        return answered(airflow.call(call["Method"], f"/api/v2{call['Path']}", query=query, body=body))
    except AirflowSilent as error:
        raise silent(error) from error


def answered(answer: AirflowAnswer) -> Response:
    """Airflow's answer as InvokeRestApi gives it."""
    members = {"RestApiStatusCode": answer.status, "RestApiResponse": answer.content}
    if answer.status < 400:
        return as_json(members)
    code = "RestApiClientException" if answer.status < 500 else "RestApiServerException"
    raise Refused(400, code, f"Airflow answered {answer.status}", **members)


def silent(error: AirflowSilent) -> Refused:
    """The error in place of an answer that never came."""
    content = {"detail": str(error)}
    return Refused(400, "RestApiServerException", str(error), RestApiStatusCode=503, RestApiResponse=content)


def as_json(value: Any) -> Response:
    """A REST-JSON answer."""
    return Response(json.dumps(value), content_type="application/json")
