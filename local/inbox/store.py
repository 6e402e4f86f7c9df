"""Received messages as files: mail/*.eml and slack/*.json, named by the time of arrival."""

import json
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.record import write_atomically


class Store:
    """The inbox's folder."""

    def __init__(self, folder: Path) -> None:
        self.mail = folder / "mail"
        self.slack = folder / "slack"
        for kind in (self.mail, self.slack):
            kind.mkdir(parents=True, exist_ok=True)

    def keep_mail(self, content: bytes) -> None:
        """Keep one mail as it came."""
        write_atomically(self.mail / f"{_arrival()}.eml", content)

    def keep_slack(self, *, service: str, payload: Mapping[str, Any]) -> None:
        """Keep one Slack message as it came."""
        record = {"service": service, "payload": payload}
        write_atomically(self.slack / f"{_arrival()}.json", json.dumps(record, indent=2).encode())


def _arrival() -> str:
    """A file name that sorts by time and meets no other."""
    return f"{time.time_ns():020}-{secrets.token_hex(3)}"
