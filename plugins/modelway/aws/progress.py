"""What SageMaker has at work in the account, and whose it says it is."""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from modelway.jobs import Kind

OURS = "--"  # between project and model, in every name that Modelway gives
PAGE_ROWS = 100  # the most that AWS gives
IN_PROGRESS = "InProgress"

log = logging.getLogger(__name__)


def jobs_in_progress(sagemaker: Any, kind: Kind, *, since: datetime) -> Iterator[Mapping[str, Any]]:
    """The summaries of the kind's jobs that were made since and run now.

    AWS cuts its pages before it looks at the status, so there are as many of them as all jobs since fill.
    """
    request = {"StatusEquals": IN_PROGRESS, "CreationTimeAfter": since, "SortBy": "CreationTime", "NameContains": OURS}
    return _listed(sagemaker, kind, request)


def endpoints(sagemaker: Any) -> Iterator[Mapping[str, Any]]:
    """The summaries of all endpoints."""
    return _listed(sagemaker, Kind.ENDPOINT, {"NameContains": OURS})


def tags(sagemaker: Any, arn: str) -> dict[str, str] | None:
    """The tags of a resource; None when they cannot be read."""
    try:
        pages = sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn)
        return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}
    except (BotoCoreError, ClientError) as error:
        log.warning("The tags of %s cannot be read: %s", arn, error)
        return None


def _listed(sagemaker: Any, kind: Kind, request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    paginator = sagemaker.get_paginator(kind.value.list)
    for page in paginator.paginate(**request, PaginationConfig={"PageSize": PAGE_ROWS}):
        yield from page[kind.value.summaries]
