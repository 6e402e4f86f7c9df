"""What Terraform makes once an account: the bucket, the MWAA environment and the function that triggers DAGs."""

from local.actors import INFRASTRUCTURE, session_of
from local.estate.airflow_environment import ensure_environment, mwaa_client
from local.estate.bucket import ensure_bucket
from local.estate.function import ensure_function
from local.platform import Platform
from local.refusals import aws_refusals


@aws_refusals()
def lay_foundation(platform: Platform) -> None:
    """Make what is missing and update what changed."""
    session, account = session_of(platform, INFRASTRUCTURE), platform.identity.account
    ensure_bucket(session.client("s3", endpoint_url=platform.aws_url), platform.bucket, region=platform.identity.region)
    environment = platform.mwaa_environment
    ensure_environment(mwaa_client(session, url=platform.aws_url), environment, bucket=platform.bucket, account=account)
    ensure_function(session.client("lambda", endpoint_url=platform.aws_url), environment=environment, account=account)
