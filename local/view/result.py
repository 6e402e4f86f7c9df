"""What a DAG run came to: runs/{run_id}/result.json of the bucket."""

import json
from typing import Any

from local.actors import USER, session_of
from local.platform import Platform
from local.refusals import aws_refusals


@aws_refusals()
def read_result(platform: Platform, run_id: str) -> dict[str, Any]:
    """The result, as the platform's user may read it."""
    s3 = session_of(platform, USER).client("s3", endpoint_url=platform.aws_url)
    content = s3.get_object(Bucket=platform.bucket, Key=f"runs/{run_id}/result.json")["Body"].read()
    result: dict[str, Any] = json.loads(content)
    return result
