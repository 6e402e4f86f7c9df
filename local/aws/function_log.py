"""What a function prints, in CloudWatch Logs."""

import base64
import threading
import time
from datetime import UTC, datetime
from uuid import uuid4

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.logs.models import logs_backends

from local.aws.function_process import Outcome
from local.aws.function_spec import FunctionSpec
from local.aws.saver import Saver

TAIL = 4096


def new_stream_name() -> str:
    """The name of a new process's log stream."""
    return f"{datetime.now(UTC):%Y/%m/%d}/[$LATEST]{uuid4().hex}"


def lines_of(spec: FunctionSpec, outcome: Outcome, *, request_id: str) -> list[str]:
    """All lines of an invocation, with those that Lambda adds."""
    ms = outcome.seconds * 1000
    cost = f"Duration: {ms:.2f} ms\tBilled Duration: {int(ms) + 1} ms\tMemory Size: {spec.memory} MB"
    return [
        f"START RequestId: {request_id} Version: $LATEST",
        *outcome.log.splitlines(),
        f"END RequestId: {request_id}",
        f"REPORT RequestId: {request_id}\t{cost}",
    ]


def tail_of(lines: list[str]) -> str:
    """The end of the log as `LogType=Tail` answers it."""
    return base64.b64encode("\n".join([*lines, ""]).encode()[-TAIL:]).decode()


class FunctionLog:
    """Writes invocations to moto's CloudWatch Logs."""

    def __init__(self, *, lock: threading.RLock, saver: Saver) -> None:
        self.lock = lock
        self.saver = saver

    def write(self, spec: FunctionSpec, lines: list[str], *, stream: str) -> None:
        """Append the lines to the function's log group."""
        now = int(time.time() * 1000)
        with self.lock:
            logs = logs_backends[DEFAULT_ACCOUNT_ID][spec.region]
            logs.ensure_log_group(spec.log_group)
            logs.ensure_log_stream(spec.log_group, stream)
            logs.put_log_events(spec.log_group, stream, [{"timestamp": now, "message": line} for line in lines])
        self.saver.touch("logs")
