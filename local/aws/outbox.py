"""Mail on its way to the mail server."""

import email.policy
import logging
import os
import smtplib
import threading
import time
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

log = logging.getLogger(__name__)

RETRY_AFTER = 5.0
TIMEOUT = 10.0


class Outbox:
    """A folder of mails and a thread that delivers them; what the mail server does not take is tried again."""

    def __init__(self, folder: Path, *, server: str) -> None:
        self.folder = folder
        self.host, _, port = server.rpartition(":")
        self.port = int(port)
        self.posted = threading.Event()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, name="outbox", daemon=True)
        folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Begin to deliver, first what an earlier process left."""
        self.posted.set()
        self.thread.start()

    def post(self, mail: EmailMessage) -> None:
        """Keep the mail and return at once: publishing must not wait for a mail server."""
        name = f"{time.time_ns():020d}-{os.urandom(4).hex()}.eml"
        draft = self.folder / f".{name}"
        draft.write_bytes(mail.as_bytes(policy=email.policy.SMTP))
        draft.rename(self.folder / name)
        self.posted.set()

    def run(self) -> None:
        """Deliver until stopped."""
        while not self.stopping.is_set():
            self.posted.wait()
            self.posted.clear()
            if not self.deliver_all():
                self.stopping.wait(RETRY_AFTER)
                self.posted.set()

    def deliver_all(self) -> bool:
        """Deliver what waits, oldest first; whether the mail server took all of it."""
        try:
            for path in sorted(self.folder.glob("[0-9]*.eml")):
                self.deliver(path)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail waits in %s: %s:%s does not take it: %s", self.folder, self.host, self.port, error)
            return False
        return True

    def deliver(self, path: Path) -> None:
        """Send one mail and forget it."""
        mail = message_from_bytes(path.read_bytes(), policy=email.policy.SMTP)
        with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT) as server:
            server.send_message(mail)
        path.unlink()

    def stop(self) -> None:
        """End the thread; what waits is delivered after the next start."""
        self.stopping.set()
        self.posted.set()
        self.thread.join(timeout=TIMEOUT)
