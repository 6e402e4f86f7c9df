"""The MWAA environment of the platform."""

from typing import Any

import boto3
from botocore.config import Config


def mwaa_client(session: boto3.Session, *, url: str) -> Any:
    """MWAA's client for an address that takes no `api.` before it."""
    return session.client("mwaa", endpoint_url=url, config=Config(inject_host_prefix=False))


def ensure_environment(mwaa: Any, name: str, *, bucket: str, account: str) -> None:
    """Make the environment unless it is there."""
    try:
        mwaa.get_environment(Name=name)
    except mwaa.exceptions.ResourceNotFoundException:
        mwaa.create_environment(Name=name, **_settings(bucket, account))


def _settings(bucket: str, account: str) -> dict[str, Any]:
    """No network is behind the names: MWAA wants two subnets, and the local Airflow listens on this machine alone."""
    return {
        "SourceBucketArn": f"arn:aws:s3:::{bucket}",
        "DagS3Path": "airflow/dags",
        "ExecutionRoleArn": f"arn:aws:iam::{account}:role/modelway-mwaa",
        "NetworkConfiguration": {"SubnetIds": ["subnet-local-a", "subnet-local-b"], "SecurityGroupIds": ["sg-local"]},
        "WebserverAccessMode": "PUBLIC_ONLY",
    }
