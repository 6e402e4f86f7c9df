"""The AWS SDK's errors in our tree."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from local.errors import AwsRefused


@contextmanager
def aws_refusals() -> Iterator[None]:
    """Turn what the SDK raises inside into AwsRefused; its words name the operation, the code and the reason."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise AwsRefused(f"{error}; see `python -m local logs aws`") from error
