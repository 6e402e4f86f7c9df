"""SNS with real e-mail, real invocations and SNS's rules on subjects, which moto leaves out."""

import json
import logging
import re
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from types import ModuleType
from typing import Any, ClassVar

from moto.sns import models, urls
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription, sns_backends

from local.aws.notification import Notification
from local.aws.outbox import Outbox

Invoke = Callable[[str, dict[str, Any]], None]

log = logging.getLogger(__name__)

SENDER = "AWS Notifications <no-reply@sns.amazonaws.com>"
OURS = ("email", "lambda")
SUBJECT = "AWS Notification Message"
# "ASCII text that begins with a letter, number, or punctuation mark; must not include line breaks or control
# characters; and must be less than 100 characters long": https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
VALID_SUBJECT = re.compile(r"[!-~][ -~]{0,98}")


class MailedSubscription(Subscription):
    """moto's subscription that mails what it receives, or invokes a function with it, as its protocol says.

    On AWS the reader has to confirm the subscription first; here every subscription counts as confirmed.
    """

    # moto makes subscriptions deep inside: there is no argument for what they deliver through.
    outbox: ClassVar[Outbox | None] = None
    invoke: ClassVar[Invoke | None] = None

    def publish(
        self,
        message: str,
        message_id: str,
        subject: str | None = None,
        message_attributes: dict[str, Any] | None = None,
        group_id: str | None = None,
        deduplication_id: str | None = None,
        message_structure: str | None = None,
    ) -> None:
        """Deliver one message."""
        if self.protocol not in OURS:
            super().publish(
                message, message_id, subject, message_attributes, group_id, deduplication_id, message_structure
            )
        elif self.wants(message, message_attributes):
            body = body_of(message, structure=message_structure, protocol=self.protocol)
            notification = Notification(message_id, self.topic.arn, subject, body, message_attributes or {})
            self.deliver(notification)

    def deliver(self, notification: Notification) -> None:
        """Mail what was published, or invoke the function with it."""
        if self.protocol == "email":
            self.mail(notification.message, subject=notification.subject or SUBJECT)
        elif (invoke := type(self).invoke) is not None:
            invoke(self.endpoint, notification.event(self.arn))

    def wants(self, message: str, attributes: dict[str, Any] | None) -> bool:
        """Whether the subscription's filter lets the message through."""
        matcher = self._filter_policy_matcher
        return matcher is None or matcher.matches(attributes, message)

    def mail(self, body: str, *, subject: str) -> None:
        """Hand a mail to the outbox; without a mail server there is none."""
        if self.outbox is None:
            log.info("no mail to %s: MODELWAY_SMTP is not set", self.endpoint)
            return
        self.outbox.post(mail_to(self.endpoint, subject=subject, body=body))


class MailingService(SNSBackend):
    """moto's SNS that checks a message before it publishes it."""

    @property
    def _url_module(self) -> ModuleType:  # moto derives it from the module of the class
        return urls

    def publish(
        self,
        message: str,
        arn: str | None = None,
        phone_number: str | None = None,
        subject: str | None = None,
        message_attributes: dict[str, Any] | None = None,
        group_id: str | None = None,
        deduplication_id: str | None = None,
        message_structure: str | None = None,
    ) -> str:
        """Publish to all subscriptions; return the message's id."""
        check_subject(subject)
        if message_structure == "json":
            check_structure(message)
        return super().publish(
            message, arn, phone_number, subject, message_attributes, group_id, deduplication_id, message_structure
        )


def check_subject(subject: str | None) -> None:
    """Refuse the subjects that AWS refuses."""
    if subject is not None and not VALID_SUBJECT.fullmatch(subject):
        raise SNSInvalidParameter("Invalid parameter: Subject")


def check_structure(message: str) -> None:
    """Refuse a structured message without a default."""
    try:
        parts = json.loads(message)
    except ValueError as error:
        raise SNSInvalidParameter("Invalid parameter: Message Structure - JSON message body failed to parse") from error
    if not isinstance(parts, dict) or "default" not in parts:
        raise SNSInvalidParameter("Invalid parameter: Message Structure - No default entry in JSON message body")


def body_of(message: str, *, structure: str | None, protocol: str) -> str:
    """What a subscriber reads: the whole message, or its part for the protocol."""
    if structure != "json":
        return message
    parts = json.loads(message)
    return str(parts.get(protocol) or parts["default"])


def mail_to(address: str, *, subject: str, body: str) -> EmailMessage:
    """The mail as SNS sends it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, address, subject
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="sns.amazonaws.com")
    mail.set_content(body)
    return mail


def invoke_through(invoke: Invoke) -> None:
    """Make moto's SNS invoke real functions; before the first request."""
    MailedSubscription.invoke = staticmethod(invoke)


def mail_through(outbox: Outbox | None) -> None:
    """Make moto's SNS send real e-mail; before the first request."""
    MailedSubscription.outbox = outbox
    models.Subscription = MailedSubscription  # type: ignore[misc]  # moto makes its subscriptions by this name
    sns_backends.backend = MailingService
