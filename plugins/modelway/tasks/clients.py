"""Clients of AWS: boto3's of the connection `aws_default`, and aiobotocore's for the triggerer."""

import asyncio
import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook, BaseSessionFactory
from asgiref.sync import sync_to_async
from botocore.config import Config

ONE_TRY = Config(retries={"mode": "standard", "total_max_attempts": 1})


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


@asynccontextmanager
async def async_client(service: str, aws_conn_id: str | None, *, region: str) -> AsyncIterator[Any]:
    """A client for an event loop, which tries once: who waits decides when to try again.

    AWS's service descriptions take a second to read, in which no other trigger would run: a thread reads them first.
    """
    await asyncio.to_thread(_read_descriptions, service, region)
    session, settings = await sync_to_async(_async_session)(service, aws_conn_id, region)
    async with session.create_client(service, region_name=region, **settings) as client:
        yield client


@functools.cache
def _read_descriptions(service: str, region: str) -> None:
    """Make one client, which calls nobody, in a loop of the thread's own: all later ones find what it has read."""
    asyncio.run(_open_and_close(service, region))


async def _open_and_close(service: str, region: str) -> None:
    session = BaseSessionFactory(conn=None).get_async_session()
    session.set_credentials("none", "none")
    async with session.create_client(service, region_name=region):
        pass


def _async_session(service: str, aws_conn_id: str | None, region: str) -> tuple[Any, dict[str, Any]]:
    """Outside of the loop, too: the hook asks Airflow for the connection."""
    hook = AwsBaseHook(aws_conn_id=aws_conn_id, client_type=service, region_name=region)
    settings = {
        "config": hook.config.merge(ONE_TRY),
        "endpoint_url": hook.conn_config.get_service_endpoint_url(service_name=service),
        "verify": hook.verify,
    }
    return hook.get_session(region_name=region, deferrable=True), settings


@functools.cache
def _hook() -> AwsBaseHook:
    return AwsBaseHook()


@functools.cache
def _session() -> Any:
    return _hook().get_session()
