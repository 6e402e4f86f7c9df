"""boto3 clients of the connection `aws_default`."""

from typing import Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook


def client(service: str) -> Any:
    """A client of the service, with botocore's own retries."""
    return AwsBaseHook(client_type=service).get_conn()
