"""Received messages as files: mail/*.eml and slack/*.json, named by the time of arrival."""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local.record import write_atomically


class Store:
    """The inbox's folder; `on_arrival` is called after each message that it keeps."""

    def __init__(self, folder: Path, *, on_arrival: Callable[[], None] = lambda: None) -> None:
        self._mail = folder / "mail"
        self._slack = folder / "slack"
        self._on_arrival = on_arrival

    def paths(self) -> dict[str, Path]:
        """Each message's file by its id."""
        found = [*self._mail.glob("[0-9]*.eml"), *self._slack.glob("[0-9]*.json")]
        return {path.stem: path for path in found}

    def keep_mail(self, content: bytes) -> None:
        """Keep one mail as it came."""
        self._keep(self._mail / f"{_arrival()}.eml", content)

    def keep_slack(self, *, service: str, payload: Mapping[str, Any]) -> None:
        """Keep one Slack message as it came."""
        record = {"service": service, "payload": payload}
        self._keep(self._slack / f"{_arrival()}.json", json.dumps(record, indent=2).encode())

    def _keep(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
        self._on_arrival()


def _arrival() -> str:
    """A file name that sorts by time and meets no other."""
    return f"{time.time_ns():020}-{secrets.token_hex(3)}"
