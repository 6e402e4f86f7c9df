"""Carries a process's output to CloudWatch Logs while it is written."""

import contextlib
import logging
import time
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

log = logging.getLogger(__name__)
MAX_LINE = 256_000  # CloudWatch's limit of an event
MAX_EVENTS = 1_000  # well below its 10,000 events and 1 MiB a call for ordinary lines
MAX_BATCH = 1_000_000


class LogStream:
    """One log stream fed from a file that grows, from the offset on."""

    def __init__(self, client: Any, *, group: str, name: str, file: Path, offset: int = 0) -> None:
        self.group, self.name = group, name
        self._client = client
        self._file = file
        self._offset = offset
        self._rest = b""
        self._open()

    def pump(self) -> list[str]:
        """Send the lines that are complete by now and return them."""
        content = self._rest + self._read()
        *lines, self._rest = content.split(b"\n")
        if len(self._rest) > MAX_LINE:
            lines, self._rest = [*lines, self._rest], b""
        return self._send(lines)

    def close(self) -> list[str]:
        """Send what is left, the last line even without its end."""
        lines = self.pump()
        rest, self._rest = self._rest, b""
        return lines + self._send([rest] if rest else [])

    def _open(self) -> None:
        calls = (
            (self._client.create_log_group, {"logGroupName": self.group}),
            (self._client.create_log_stream, {"logGroupName": self.group, "logStreamName": self.name}),
        )
        for call, arguments in calls:
            with contextlib.suppress(self._client.exceptions.ResourceAlreadyExistsException):
                call(**arguments)

    def _read(self) -> bytes:
        with contextlib.suppress(FileNotFoundError), self._file.open("rb") as file:
            file.seek(self._offset)
            content = file.read()
            self._offset += len(content)
            return content
        return b""

    def _send(self, lines: list[bytes]) -> list[str]:
        texts = [line.decode("utf-8", "replace").rstrip("\r") for line in lines]
        now = round(time.time() * 1000)
        # CloudWatch refuses empty messages; a blank line stays visible as a space.
        events = [{"timestamp": now, "message": text[:MAX_LINE] or " "} for text in texts]
        for batch in _batches(events):
            try:
                self._client.put_log_events(logGroupName=self.group, logStreamName=self.name, logEvents=batch)
            except (BotoCoreError, ClientError) as error:
                log.warning("Lines of %s %s are lost: %s", self.group, self.name, error)
        return texts


def _batches(events: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The events in calls that CloudWatch accepts."""
    batches: list[list[dict[str, Any]]] = []
    size = MAX_BATCH
    for event in events:
        size += len(event["message"]) + 26
        if size > MAX_BATCH or len(batches[-1]) == MAX_EVENTS:
            batches.append([])
            size = 0
        batches[-1].append(event)
    return batches
