"""The SMTP sink: takes any mail and keeps it as an .eml file."""

from aiosmtpd.smtp import SMTP, Envelope, Session

from local.inbox.store import Store


class MailRoom:
    """What aiosmtpd asks for each message."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the message with its envelope's addresses."""
        envelope_headers = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        content = envelope.original_content or b""
        self._store.keep_mail(envelope_headers.encode() + content)
        return "250 OK"


def mail_protocol(store: Store) -> SMTP:
    """One SMTP conversation."""
    return SMTP(MailRoom(store), enable_SMTPUTF8=True, hostname="modelway.local", ident="Modelway inbox")
