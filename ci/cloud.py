"""AWS as a command uses it: one session, and errors in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from modelway.errors import ModelwayError


@contextmanager
def connected() -> Iterator[boto3.Session]:
    """Give a session; what AWS refuses or does not answer leaves as a ModelwayError."""
    try:
        yield boto3.Session()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        words = error.response["Error"].get("Message", "")
        raise ModelwayError(
            f"AWS refuses {error.operation_name}: {code}: {words}; look at the job's role and at the names in the call"
        ) from error
    except BotoCoreError as error:
        raise ModelwayError(f"AWS cannot be asked: {error}; set AWS_REGION and the job's credentials") from error
