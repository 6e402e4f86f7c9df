"""boto3 clients of the connection `aws_default`."""

import functools
from typing import Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from botocore.config import Config


def client(service: str, *, config: Config | None = None) -> Any:
    """A client of the service, with the connection's settings unless told otherwise.

    Made from one session a process: each of the hook's own clients reads AWS's service descriptions anew and walks the
    stack for a user agent, together 0.3 s of processor time.
    """
    settings = _hook().conn_config
    return _session().client(
        service_name=service,
        config=config or _hook().config,
        endpoint_url=settings.get_service_endpoint_url(service_name=service),
        verify=settings.verify,
    )


@functools.cache
def _hook() -> AwsBaseHook:
    return AwsBaseHook()


@functools.cache
def _session() -> Any:
    return _hook().get_session()
