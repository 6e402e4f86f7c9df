"""What Terraform makes once an account: the bucket, the MWAA environment and the function that triggers DAGs."""

from typing import Any

import boto3
from botocore.config import Config

from local.actors import INFRASTRUCTURE, session_of
from local.estate.airflow_environment import ensure_environment
from local.estate.bucket import ensure_bucket
from local.estate.function import ensure_function
from local.platform import Platform
from local.refusals import aws_refusals


@aws_refusals()
def lay_foundation(platform: Platform) -> None:
    """Make what is missing and update what changed."""
    session, account = session_of(platform, INFRASTRUCTURE), platform.identity.account
    ensure_bucket(session.client("s3", endpoint_url=platform.aws_url), platform.bucket, region=platform.identity.region)
    ensure_environment(_mwaa(session, platform), bucket=platform.bucket, account=account)
    ensure_function(session.client("lambda", endpoint_url=platform.aws_url), account=account)


def _mwaa(session: boto3.Session, platform: Platform) -> Any:
    """MWAA's client for an address that takes no `api.` before it."""
    return session.client("mwaa", endpoint_url=platform.aws_url, config=Config(inject_host_prefix=False))
