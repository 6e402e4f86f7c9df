"""AWS's descriptions of its services, which botocore reads anew for each session: a tenth of a second each."""

import functools
from collections.abc import Iterable
from typing import Any

import boto3
from botocore.loaders import JSONFileLoader

_read = JSONFileLoader.load_file


def read_descriptions(services: Iterable[str]) -> None:
    """Read those of the services, and keep every one read from here on for the processes that are forked."""
    setattr(JSONFileLoader, "load_file", _remembered)  # noqa: B010 - botocore has no seam for a cache of all sessions
    nobody: Any = boto3.Session("-", "-", region_name="eu-west-1")
    for service in services:
        nobody.client(service)


def _remembered(loader: JSONFileLoader, path: str) -> Any:
    return _once(path)


@functools.cache
def _once(path: str) -> Any:
    return _read(JSONFileLoader(), path)
