"""How a transform job talks to its container: what the request says, then the container, then SageMaker's defaults."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.aws.sagemaker.replica import Replica, Unanswered

MEGABYTE = 1024 * 1024
CHOICES = ("MaxConcurrentTransforms", "BatchStrategy", "MaxPayloadInMB")
DEFAULTS: Mapping[str, Any] = {"MaxConcurrentTransforms": 1, "BatchStrategy": "MultiRecord", "MaxPayloadInMB": 6}
TOLD_WITHIN = 10.0


@dataclass(frozen=True)
class TransformSettings:
    """One job's way."""

    headers: Mapping[str, str]
    by_line: bool
    one_by_one: bool
    line_after_each: bool
    gzipped: bool
    max_bytes: int
    concurrency: int
    timeout: float  # seconds until a request must be answered
    tries: int


def settings_of(job: Mapping[str, Any], container: Mapping[str, Any]) -> TransformSettings:
    """The settings of a job whose container recommends what the job leaves out."""
    choice = {name: job.get(name) or container.get(name) or DEFAULTS[name] for name in CHOICES}
    source, output = job["TransformInput"], job["TransformOutput"]
    client = job.get("ModelClientConfig", {})
    headers = {"Content-Type": source.get("ContentType"), "Accept": output.get("Accept")}
    unlimited = job.get("MaxPayloadInMB") == 0
    return TransformSettings(
        headers={name: value for name, value in headers.items() if value},
        by_line=source.get("SplitType") == "Line",
        one_by_one=choice["BatchStrategy"] == "SingleRecord",
        line_after_each=output.get("AssembleWith") == "Line",
        gzipped=source.get("CompressionType") == "Gzip",
        max_bytes=sys.maxsize if unlimited else int(choice["MaxPayloadInMB"]) * MEGABYTE,
        concurrency=int(choice["MaxConcurrentTransforms"]),
        timeout=float(client.get("InvocationsTimeoutInSeconds", 600)),
        tries=1 + int(client.get("InvocationsMaxRetries", 3)),
    )


def recommended(replica: Replica) -> Mapping[str, Any]:
    """What the container's /execution-parameters say; nothing where it has none."""
    try:
        answer = replica.get("/execution-parameters", timeout=TOLD_WITHIN)
        told = json.loads(answer.body) if answer.status == 200 else {}
    except (Unanswered, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def variables(job: Mapping[str, Any]) -> dict[str, str]:
    """What the container is told of the job's choices."""
    names = {
        "MaxConcurrentTransforms": "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS",
        "BatchStrategy": "SAGEMAKER_BATCH_STRATEGY",
        "MaxPayloadInMB": "SAGEMAKER_MAX_PAYLOAD_IN_MB",
    }
    return {"SAGEMAKER_BATCH": "true"} | {name: str(job[key]) for key, name in names.items() if key in job}
