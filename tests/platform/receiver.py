"""A running inbox, as senders and readers see it."""

import json
import smtplib
import subprocess
import urllib.request
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Inbox:
    """A running `python -m local.inbox`."""

    home: Path
    smtp_port: int
    http_port: int
    process: "subprocess.Popen[bytes]"

    def webhook(self, path: str = "T0000/B0000/secret") -> str:
        """The address of an incoming webhook."""
        return f"http://127.0.0.1:{self.http_port}/services/{path}"

    def messages(self) -> list[dict[str, Any]]:
        """What GET /messages answers."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/messages", timeout=10) as response:
            content: list[dict[str, Any]] = json.load(response)
        return content

    def send_mail(self, mail: EmailMessage) -> None:
        """Send as any mail program does."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10) as server:
            server.send_message(mail)
