"""SNS that sends real e-mail."""

import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from botocore.exceptions import ClientError

from tests.sockets import free_port

pytestmark = pytest.mark.server


class Mailbox(Controller):
    """A mail server that keeps what it gets."""

    def __init__(self, port: int = 0) -> None:
        self.mails: list[EmailMessage] = []
        super().__init__(self, hostname="127.0.0.1", port=port)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox(free_port())
    box.start()
    yield box
    box.stop()


@pytest.fixture(scope="module")
def sns(launch_aws: Any, mailbox: Mailbox) -> Any:
    return launch_aws(env={"MODELWAY_SMTP": f"127.0.0.1:{mailbox.port}"}).client("sns")


class Topic:
    """A topic with one reader."""

    def __init__(self, sns: Any, **attributes: Any) -> None:
        self.sns = sns
        self.reader = f"{uuid4().hex}@example.com"
        self.arn = sns.create_topic(Name=uuid4().hex)["TopicArn"]
        sns.subscribe(TopicArn=self.arn, Protocol="email", Endpoint=self.reader, Attributes=attributes)

    def publish(self, message: str, **more: Any) -> None:
        self.sns.publish(TopicArn=self.arn, Message=message, **more)


@pytest.fixture
def topic(sns: Any) -> Topic:
    return Topic(sns)


def test_a_message_becomes_a_mail(topic: Topic, mailbox: Mailbox, wait_for: Any) -> None:
    topic.publish("Größe: 3\nsecond line", Subject="demo/breast-cancer 1.4.0 is live")
    [mail] = wait_for(lambda: mailbox.to(topic.reader))
    assert mail["From"] == "AWS Notifications <no-reply@sns.amazonaws.com>"
    assert mail["Subject"] == "demo/breast-cancer 1.4.0 is live"
    assert mail.get_content().splitlines() == ["Größe: 3", "second line"]


def test_every_reader_gets_one(sns: Any, topic: Topic, mailbox: Mailbox, wait_for: Any) -> None:
    second = f"{uuid4().hex}@example.com"
    sns.subscribe(TopicArn=topic.arn, Protocol="email", Endpoint=second)
    topic.publish("news")
    wait_for(lambda: mailbox.to(topic.reader) and mailbox.to(second))


def test_without_a_subject_there_is_amazons(topic: Topic, mailbox: Mailbox, wait_for: Any) -> None:
    topic.publish("news")
    assert wait_for(lambda: mailbox.to(topic.reader))[0]["Subject"] == "AWS Notification Message"


@pytest.mark.parametrize(
    ("parts", "body"),
    [({"default": "short"}, "short"), ({"default": "short", "email": "long"}, "long")],
    ids=["default", "email"],
)
def test_a_structured_message_is_unwrapped(
    topic: Topic, mailbox: Mailbox, wait_for: Any, parts: dict[str, str], body: str
) -> None:
    topic.publish(json.dumps(parts), MessageStructure="json")
    assert wait_for(lambda: mailbox.to(topic.reader))[0].get_content().strip() == body


@pytest.mark.parametrize("message", ["no json", '{"email": "no default"}'])
def test_a_broken_structure_is_refused(topic: Topic, message: str) -> None:
    with pytest.raises(ClientError, match=r"InvalidParameter.*Message Structure"):
        topic.publish(message, MessageStructure="json")


@pytest.mark.parametrize("subject", ["x" * 100, "two\nlines", "schön", " leading blank", "tab\there"])
def test_a_subject_that_aws_refuses_is_refused(topic: Topic, subject: str) -> None:
    with pytest.raises(ClientError, match=r"InvalidParameter.*Subject"):
        topic.publish("news", Subject=subject)


def test_the_longest_subject_passes(topic: Topic, mailbox: Mailbox, wait_for: Any) -> None:
    topic.publish("news", Subject="x" * 99)
    assert wait_for(lambda: mailbox.to(topic.reader))[0]["Subject"] == "x" * 99


def test_a_filter_keeps_a_message_from_its_reader(sns: Any, mailbox: Mailbox, wait_for: Any) -> None:
    topic = Topic(sns, FilterPolicy=json.dumps({"kind": ["alarm"]}))
    for kind in ("news", "alarm"):
        topic.publish(kind, MessageAttributes={"kind": {"DataType": "String", "StringValue": kind}})
    assert [mail.get_content().strip() for mail in wait_for(lambda: mailbox.to(topic.reader))] == ["alarm"]


def test_a_dead_mail_server_fails_nothing_and_gets_its_mail_later(launch_aws: Any, wait_for: Any) -> None:
    port = free_port()
    aws = launch_aws(env={"MODELWAY_SMTP": f"127.0.0.1:{port}"})
    topic = Topic(aws.client("sns"))
    topic.publish("patience")
    wait_for(lambda: "mail waits" in aws.log)
    aws.stop()
    box = Mailbox(port)
    box.start()
    aws.start()
    wait_for(lambda: box.to(topic.reader))
    wait_for(lambda: not list((aws.home / "aws/outbox").glob("*.eml")))
    box.stop()


def test_without_a_mail_server_publishing_works(aws: Any) -> None:
    Topic(aws.client("sns")).publish("to nobody")
