"""The log of all calls: one JSON line a request in `calls.jsonl`."""

import json
import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sts.models import sts_backends
from werkzeug import Request, Response

from local.aws.operation import operation_name
from local.aws.resource import resource_of
from local.aws.rest import rest_call
from local.aws.scope import Scope

ROOT = "root"
BYTES_A_FILE = 20_000_000


class CallLog:
    """Writes who called what, how it ended and how long it took; keeps this and one older file."""

    def __init__(self, path: Path) -> None:
        self.handler = RotatingFileHandler(path, maxBytes=BYTES_A_FILE, backupCount=1, encoding="utf-8")
        self.roles: dict[str, str] = {}

    def record(self, request: Request, response: Response, *, seconds: float) -> None:
        """Append the line of one answered request."""
        scope = Scope.of(request.environ)
        call = rest_call(request, scope=scope.service)
        operation = call.operation if call is not None else operation_name(request)
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "role": self.role_of(scope.access_key),
            "service": scope.service,
            "operation": operation,
            "resource": resource_of(request, call, service=scope.service, operation=operation),
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
        }
        self.handler.handle(logging.makeLogRecord({"msg": json.dumps(line)}))

    def role_of(self, access_key: str) -> str:
        """The name of the role whose assumed credentials hold the key, else `root`."""
        if access_key not in self.roles:
            assumed = sts_backends[DEFAULT_ACCOUNT_ID]["aws"].get_assumed_role_from_access_key(access_key)
            if assumed is None:
                return ROOT
            self.roles[access_key] = assumed.role_arn.rpartition("/")[2]
        return self.roles[access_key]

    def close(self) -> None:
        """Close the file."""
        self.handler.close()
