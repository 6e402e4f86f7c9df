"""An inbox process that can be stopped and started again, and senders for it."""

import http.client
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from slack_sdk.webhook import WebhookClient

from tests.platform.desk import REPOSITORY, clean_environment
from tests.platform.receiver import Inbox
from tests.sockets import free_port, listens, wait_for


class Room:
    """One home's inbox on ports of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.smtp, self.http = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.http}"
        self._log = home.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it serves."""
        ports = ("--smtp-port", str(self.smtp), "--http-port", str(self.http))
        command = [sys.executable, "-m", "local.inbox", "--home", str(self.home), *ports]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=REPOSITORY, env=clean_environment(), stderr=log)
        wait_for(lambda: listens(self.smtp) and listens(self.http), what="the inbox")

    def stop(self) -> None:
        """End it as supervisord does; it must have had nothing to complain of."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(30)
        assert self._log.read_text() == ""

    def slack(self, text: str = "", **more: Any) -> None:
        """Post one message by Slack's own client."""
        answer = WebhookClient(f"{self.url}/services/T0000/B0000/secret").send_dict({"text": text, **more})
        assert (answer.status_code, answer.body) == (200, "ok")

    def slack_raw(self, body: bytes) -> tuple[int, str]:
        """Post what no client would."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http, timeout=30)
        connection.request("POST", "/services/T0000/B0000/secret", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = response.status, response.read().decode()
        connection.close()
        return answer

    def mail(self, subject: str, text: str = "words", *, page: str = "") -> None:
        """Send one plain mail, or one that is HTML too."""
        self.send(a_mail(subject, text, page=page))

    def send(self, mail: EmailMessage) -> None:
        """Send as any mail program does."""
        assert self._process is not None
        Inbox(self.home, self.smtp, self.http, self._process).send_mail(mail)


def a_mail(subject: str, text: str = "words", *, page: str = "") -> EmailMessage:
    """A mail from Amazon to a team."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        "AWS Notifications <no-reply@sns.amazonaws.com>",
        "team@example.com",
        subject,
    )
    mail.set_content(text)
    if page:
        mail.add_alternative(page, subtype="html")
    return mail
