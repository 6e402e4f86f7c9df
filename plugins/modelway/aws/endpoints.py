"""Endpoints: who is champion, and do they answer."""

from collections.abc import Mapping
from typing import Any

from modelway.aws import jobs
from modelway.errors import Refused, RunFailed
from modelway.jobs import Kind
from modelway.names import ModelId, parse_model_name
from modelway.plan import Champion
from modelway.serving import heaviest_variant


def read_champion(sagemaker: Any, model: ModelId) -> Champion | None:
    """What the endpoint's live configuration gives most of the traffic to; None without an endpoint in service."""
    endpoint = jobs.describe(sagemaker, Kind.ENDPOINT, model.sagemaker)
    if endpoint is None or endpoint["EndpointStatus"] in ("Creating", "Failed", "Deleting"):
        return None
    config = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
    name = heaviest_variant(config)["ModelName"]
    known = parse_model_name(name)
    if known is None:
        raise Refused(
            f"endpoint {model.sagemaker} serves model {name!r}, which Modelway did not make and cannot compare with;"
            " delete the endpoint, or give this model another name"
        )
    container = sagemaker.describe_model(ModelName=name)["PrimaryContainer"]
    return Champion(
        version=str(known.version), model_name=name, image=container["Image"], artifact=container["ModelDataUrl"]
    )


def ask(runtime: Any, endpoint: str, *, body: bytes, content_type: str) -> Mapping[str, Any]:
    """The endpoint's whole answer; RunFailed carries the model's own words."""
    try:
        answer: Mapping[str, Any] = runtime.invoke_endpoint(
            EndpointName=endpoint, Body=body, ContentType=content_type, Accept="application/json"
        )
    except runtime.exceptions.ModelError as error:
        words = error.response.get("OriginalMessage") or error.response["Error"]["Message"]
        raise RunFailed(
            f"endpoint {endpoint} did not answer the smoke test: {words}."
            " It serves the new configuration all the same; deploy the former version to go back"
        ) from error
    return answer
