"""What Terraform makes once an account: the bucket and the function that triggers DAGs."""

from local.actors import GITLAB, session_of
from local.estate.bucket import ensure_bucket
from local.estate.function import ensure_function
from local.platform import Platform
from local.refusals import aws_refusals


@aws_refusals()
def lay_foundation(platform: Platform) -> None:
    """Make what is missing and update what changed."""
    session = session_of(platform, GITLAB)
    ensure_bucket(session.client("s3", endpoint_url=platform.aws_url), platform.bucket, region=platform.identity.region)
    ensure_function(session.client("lambda", endpoint_url=platform.aws_url), account=platform.identity.account)
