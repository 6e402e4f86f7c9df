"""A received message of either kind, read back from its file."""

import email
import email.policy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from local.inbox.store import Store


@dataclass(frozen=True)
class Message:
    """One mail or Slack message; `blocks` are Slack's, empty for mail."""

    id: str
    kind: str
    received_at: str
    sender: str
    to: str
    subject: str
    text: str
    blocks: list[dict[str, Any]]


def newest_first(store: Store) -> list[Message]:
    """Every message of both kinds."""
    return sorted([*_mails(store.mail), *_slacks(store.slack)], key=lambda message: message.id, reverse=True)


def _mails(folder: Path) -> Iterator[Message]:
    for path in folder.glob("[0-9]*.eml"):
        parsed = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=email.policy.default)
        yield Message(
            id=path.stem,
            kind="mail",
            received_at=_received_at(path),
            sender=str(parsed["From"] or parsed["X-Envelope-From"]),
            to=str(parsed["X-Envelope-To"]),
            subject=str(parsed["Subject"] or ""),
            text=_body(parsed),
            blocks=[],
        )


def _body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain", "html"))
    return "" if part is None else str(part.get_content()).strip()


def _slacks(folder: Path) -> Iterator[Message]:
    for path in folder.glob("[0-9]*.json"):
        record = json.loads(path.read_bytes())
        payload = record["payload"]
        yield Message(
            id=path.stem,
            kind="slack",
            received_at=_received_at(path),
            sender=str(payload.get("username", "")),
            to=str(record["service"]),
            subject="",
            text=str(payload.get("text") or ""),
            blocks=payload.get("blocks") or [],
        )


def _received_at(path: Path) -> str:
    nanoseconds = int(path.stem.partition("-")[0])
    return datetime.fromtimestamp(nanoseconds / 1e9, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
