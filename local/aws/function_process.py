"""The warm process of one Lambda function."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from local.aws import function_runtime
from local.aws.function_spec import FunctionSpec

CHUNK = 65536


@dataclass(frozen=True)
class Outcome:
    """What came of one invocation; `payload` is JSON text."""

    payload: str
    failed: bool
    log: str
    seconds: float


class FunctionProcess:
    """A Python process that imported the handler once and answers one event after the other.

    Not a container: it runs with this platform's Python and packages, as the platform's user, without a memory limit.
    """

    def __init__(self, spec: FunctionSpec, *, folder: Path, log_stream: str, environment: Mapping[str, str]) -> None:
        self.spec = spec
        self.log_stream = log_stream
        self.log_path = folder.parent / f".{folder.name}-{uuid4().hex}.log"
        self.log_offset = 0
        self.rest = b""
        self.answers, theirs = os.pipe()
        command = [sys.executable, "-P", function_runtime.__file__, spec.handler, str(theirs)]
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(theirs,),
                start_new_session=True,  # so that a time-out also ends what the handler started
            )
        os.close(theirs)

    @property
    def alive(self) -> bool:
        """Whether the process can take another event."""
        return self.process.poll() is None

    def invoke(self, event: Any, *, request_id: str) -> Outcome:
        """Give the handler one event and wait for its answer or its time-out."""
        started = time.monotonic()
        invocation = {"event": event, "request_id": request_id, "arn": self.spec.arn, "timeout": self.spec.timeout}
        try:
            self.send(invocation)
            answer = self.receive(deadline=started + self.spec.timeout)
        except (TimeoutError, EOFError, BrokenPipeError) as error:
            answer = self.ended(error, request_id=request_id)
        return Outcome(answer["payload"], answer["failed"], self.new_log(), time.monotonic() - started)

    def send(self, invocation: dict[str, Any]) -> None:
        """Write the event to the process."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(invocation).encode() + b"\n")
        self.process.stdin.flush()

    def receive(self, *, deadline: float) -> dict[str, Any]:
        """The next answer; TimeoutError at the deadline, EOFError when the process ends first."""
        while b"\n" not in self.rest:
            ready, _, _ = select.select([self.answers], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            chunk = os.read(self.answers, CHUNK)
            if not chunk:
                raise EOFError
            self.rest += chunk
        line, _, self.rest = self.rest.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ended(self, error: Exception, *, request_id: str) -> dict[str, Any]:
        """The answer in place of one that never came; the process is gone after it."""
        self.kill()
        if isinstance(error, TimeoutError):
            kind, what = "Sandbox.Timedout", f"Task timed out after {self.spec.timeout:.2f} seconds"
        else:
            kind, what = "Runtime.ExitError", f"Runtime exited with error: {exit_words(self.process.returncode)}"
        payload = {"errorType": kind, "errorMessage": f"RequestId: {request_id} Error: {what}"}
        return {"payload": json.dumps(payload), "failed": True}

    def new_log(self) -> str:
        """What was written to the standard streams since the last time."""
        with self.log_path.open("rb") as log:
            log.seek(self.log_offset)
            text = log.read()
        self.log_offset += len(text)
        return text.decode(errors="replace")

    def kill(self) -> None:
        """End the process and all it started."""
        if self.alive:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        """End the process and let go of its pipes and log."""
        self.kill()
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # an event that it never read
            self.process.stdin.close()
        os.close(self.answers)
        self.log_path.unlink(missing_ok=True)


def exit_words(code: int) -> str:
    """How a process ended, in Lambda's words."""
    return f"signal: {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
