"""A received message of either kind, read back from its file."""

import email
import email.errors
import email.policy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.message import Message as AnyMail
from pathlib import Path
from typing import Any

from local.inbox.blocks import are_valid
from local.inbox.emoji import with_emoji
from local.inbox.html_words import html_words
from local.inbox.mrkdwn import inline, plain
from local.inbox.node import words_of
from local.inbox.store import Store

LONGEST_TITLE = 200
MOST_PREVIEWED = 5000
MOST_TEXT = 200_000
BROKEN = (ValueError, TypeError, LookupError, AttributeError, RecursionError, OSError, email.errors.MessageError)


@dataclass(frozen=True)
class File:
    """What a mail carries along."""

    name: str
    size: int


@dataclass(frozen=True)
class Message:
    """One mail or Slack message; `blocks` and `attachments` are Slack's, `files` and `html` a mail's."""

    id: str
    kind: str
    received_at: str
    sender: str
    to: str
    subject: str
    text: str
    blocks: list[dict[str, Any]]
    attachments: list[dict[str, Any]] = field(default_factory=list)
    icon: str = ""
    files: list[File] = field(default_factory=list)
    html: str = ""

    @property
    def title(self) -> str:
        """The subject, else the card's header, else the first line."""
        header = next((block["text"]["text"] for block in self.blocks if block.get("type") == "header"), "")
        return self.subject[:LONGEST_TITLE] or _one_line(plain(header)) or next(self._lines(), "(no words)")

    @property
    def preview(self) -> str:
        """The first line that says more than the title, else whom it went to."""
        title = self.title
        return next((line for line in self._lines() if line not in title), self.to)

    def _lines(self) -> Iterator[str]:
        """What the text says, line by line."""
        for line in self.text[:MOST_PREVIEWED].splitlines():
            words = line if self.kind == "mail" else "".join(map(words_of, inline(line)))
            if short := _one_line(words):
                yield short


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TITLE]


def newest_first(store: Store) -> list[Message]:
    """Every message of both kinds."""
    return [read(path) for _, path in sorted(store.paths().items(), reverse=True)]


def read(path: Path) -> Message:
    """One message; a file that cannot be read is shown as such, so that it hides no other."""
    try:
        return _mail(path) if path.suffix == ".eml" else _slack(path)
    except BROKEN as error:
        kind = "mail" if path.suffix == ".eml" else "slack"
        words = f"{path} is no message ({error!r}); remove it to get rid of this entry"
        return Message(path.stem, kind, _received_at(path), "", "", "Unreadable message", words, [])


def _mail(path: Path) -> Message:
    parsed = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=email.policy.default)
    page = _part(parsed, "html")
    return Message(
        id=path.stem,
        kind="mail",
        received_at=_received_at(path),
        sender=_header(parsed, "From") or _header(parsed, "X-Envelope-From"),
        to=_header(parsed, "X-Envelope-To"),
        subject=_header(parsed, "Subject"),
        text=(_part(parsed, "plain") or html_words(page))[:MOST_TEXT],
        blocks=[],
        files=[_file(part) for part in parsed.iter_attachments()] if parsed.is_multipart() else [],
        html=page,
    )


def _header(mail: EmailMessage, name: str) -> str:
    return _encodable(str(mail[name] or ""))


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    if part is None:
        return ""
    try:
        return _encodable(str(part.get_content())).replace("\r\n", "\n").strip("\r\n")
    except LookupError:  # a character set that nobody knows
        return _bytes(part).decode("utf-8", "replace").strip()


def _file(part: AnyMail) -> File:
    return File(name=_encodable(part.get_filename() or f"unnamed ({part.get_content_type()})"), size=len(_bytes(part)))


def _bytes(part: AnyMail) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _slack(path: Path) -> Message:
    record = json.loads(path.read_bytes())
    # Halves of a surrogate pair are valid in JSON and nowhere else.
    record = json.loads(_encodable(json.dumps(record, ensure_ascii=False)))
    payload = record["payload"]
    blocks = payload.get("blocks") or []
    if not are_valid(blocks):
        raise ValueError("its blocks are not Slack's")
    return Message(
        id=path.stem,
        kind="slack",
        received_at=_received_at(path),
        sender=_text(payload, "username"),
        to=_text(payload, "channel") or str(record["service"]),
        subject="",
        text=_text(payload, "text")[:MOST_TEXT],
        blocks=blocks,
        attachments=_objects(payload.get("attachments")),
        icon=with_emoji(_text(payload, "icon_emoji")),
    )


def _text(payload: dict[str, Any], name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""


def _objects(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _received_at(path: Path) -> str:
    nanoseconds = int(path.stem.partition("-")[0])
    return datetime.fromtimestamp(nanoseconds / 1e9, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
