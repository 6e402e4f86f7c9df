"""AWS as a command uses it: one session, as the job's role, and errors in our words."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from modelway.errors import ModelwayError


@contextmanager
def connected() -> Iterator[boto3.Session]:
    """Give a session; what AWS refuses or does not answer leaves as a ModelwayError."""
    try:
        with proof():
            # boto3 alone knows AWS_DEFAULT_REGION only, the AWS CLI and all other SDKs AWS_REGION first.
            yield boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        words = error.response["Error"].get("Message", "")
        raise ModelwayError(
            f"AWS refuses {error.operation_name}: {code}: {words}; look at the job's role and at the names in the call"
        ) from error
    except BotoCoreError as error:
        raise ModelwayError(f"AWS cannot be asked: {error}; set AWS_REGION and the job's credentials") from error


@contextmanager
def proof() -> Iterator[None]:
    """Where GitLab gave the job a token for AWS, let SDKs exchange it for the credentials of AWS_ROLE_ARN."""
    token = os.environ.get("AWS_ID_TOKEN", "")
    if not token or "AWS_ROLE_ARN" not in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="modelway-") as folder:
        file = Path(folder) / "token"
        file.touch(mode=0o600)
        file.write_text(token)
        os.environ["AWS_WEB_IDENTITY_TOKEN_FILE"] = str(file)
        try:
            yield
        finally:
            del os.environ["AWS_WEB_IDENTITY_TOKEN_FILE"]
