"""The log of all calls: one JSON line a request in `calls.jsonl`."""

import json
import logging
from dataclasses import asdict
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from local.aws.call import Call

BYTES_A_FILE = 20_000_000


class CallLog:
    """Writes who called what, how it ended and how long it took; keeps this and one older file."""

    def __init__(self, path: Path) -> None:
        self.handler = RotatingFileHandler(path, maxBytes=BYTES_A_FILE, backupCount=1, encoding="utf-8")

    def record(self, call: Call, *, status: int, seconds: float, fault: str = "") -> None:
        """Append the line of one answered call; `fault` says what was done to it on purpose."""
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            **asdict(call),
            "status": status,
            "ms": round(seconds * 1000, 1),
            **({"fault": fault} if fault else {}),
        }
        self.handler.handle(logging.makeLogRecord({"msg": json.dumps(line)}))

    def close(self) -> None:
        """Close the file."""
        self.handler.close()
