"""boto3 clients of the connection `aws_default`."""

from typing import Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from botocore.config import Config


def client(service: str, *, config: Config | None = None) -> Any:
    """A client of the service, with botocore's own retries unless the configuration says otherwise."""
    return AwsBaseHook(client_type=service, config=config).get_conn()
