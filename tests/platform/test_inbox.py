"""Mail and Slack messages through sockets, as senders and readers see the inbox."""

import http.client
import json
from email.message import EmailMessage
from typing import Any

import pytest
from slack_sdk.webhook import WebhookClient

from tests.platform.receiver import Inbox

pytestmark = pytest.mark.server


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def header(text: str) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def fields(*texts: str) -> dict[str, Any]:
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": text} for text in texts]}


def a_mail(subject: str = "Trained") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "no-reply@sns.amazonaws.com", "team@example.com", subject
    mail.set_content("churn 1.4.0 is better \u2013 see why")
    return mail


def test_a_mail_is_kept_as_it_came(inbox: Inbox) -> None:
    inbox.send_mail(a_mail("Trained, kept"))
    newest = inbox.messages()[0]
    assert (newest["kind"], newest["to"], newest["subject"]) == ("mail", "team@example.com", "Trained, kept")
    assert newest["text"] == "churn 1.4.0 is better \u2013 see why"
    assert (inbox.home / "inbox" / "mail" / f"{newest['id']}.eml").read_bytes().count(b"Subject: Trained, kept") == 1


def test_slack_s_own_client_is_answered_as_by_slack(inbox: Inbox) -> None:
    answer = WebhookClient(inbox.webhook()).send(text="trained", blocks=[header("Trained"), section("*better*")])
    assert (answer.status_code, answer.body) == (200, "ok")
    newest = inbox.messages()[0]
    assert (newest["kind"], newest["to"], newest["text"]) == ("slack", "T0000/B0000", "trained")
    assert newest["blocks"] == [header("Trained"), section("*better*")]


def test_messages_of_both_kinds_come_newest_first(inbox: Inbox) -> None:
    inbox.send_mail(a_mail("first"))
    WebhookClient(inbox.webhook()).send(text="second")
    inbox.send_mail(a_mail("third"))
    assert [message["subject"] or message["text"] for message in inbox.messages()[:3]] == ["third", "second", "first"]


def test_the_webhook_s_secret_is_not_shown(inbox: Inbox) -> None:
    WebhookClient(inbox.webhook("T1/B1/verysecret")).send(text="hello")
    assert "verysecret" not in json.dumps(inbox.messages())


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param([header("x" * 150)], id="header of 150"),
        pytest.param([section("x" * 3000)], id="section of 3,000"),
        pytest.param([fields(*["x" * 2000] * 10)], id="10 fields of 2,000"),
        pytest.param([{"type": "divider"}] * 50, id="50 blocks"),
        pytest.param([{"type": "context", "elements": [{"type": "mrkdwn", "text": "at 10"}]}], id="context"),
        pytest.param([{"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}], id="image"),
    ],
)
def test_blocks_within_slack_s_limits_are_taken(inbox: Inbox, blocks: list[dict[str, Any]]) -> None:
    assert WebhookClient(inbox.webhook()).send(blocks=blocks).body == "ok"


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param([header("x" * 151)], id="header of 151"),
        pytest.param([section("x" * 3001)], id="section of 3,001"),
        pytest.param([fields("x" * 2001)], id="field of 2,001"),
        pytest.param([fields(*["x"] * 11)], id="11 fields"),
        pytest.param([{"type": "divider"}] * 51, id="51 blocks"),
        pytest.param([section("")], id="empty text"),
        pytest.param([{"type": "section"}], id="section of nothing"),
        pytest.param([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], id="header in mrkdwn"),
        pytest.param([{"type": "poem"}], id="unknown type"),
        pytest.param([{"type": "image", "alt_text": "a"}], id="image of nothing"),
        pytest.param([{"type": "actions", "elements": [{"type": "button"}]}], id="button without words"),
    ],
)
def test_blocks_beyond_slack_s_limits_are_refused_and_not_kept(inbox: Inbox, blocks: list[dict[str, Any]]) -> None:
    before = inbox.messages()
    answer = WebhookClient(inbox.webhook()).send(text="trained", blocks=blocks)
    assert (answer.status_code, answer.body) == (400, "invalid_blocks")
    assert inbox.messages() == before


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("T0/B0/secret", b"{}", (400, b"no_text")),
        ("T0/B0/secret", b'{"text": ""}', (400, b"no_text")),
        ("T0/B0/secret", b"{text: 1}", (400, b"invalid_payload")),
        ("T0/B0/secret", b'["text"]', (400, b"invalid_payload")),
        ("T0/B0/secret", b'{"text": 1}', (400, b"invalid_payload")),
        ("T0/B0/secret", b"\xff", (400, b"invalid_payload")),
        ("T0/B0", b'{"text": "x"}', (404, b"no_service")),
        ("nowhere", b'{"text": "x"}', (404, b"no_service")),
    ],
)
def test_refusals_come_in_slack_s_words(inbox: Inbox, path: str, body: bytes, expected: tuple[int, bytes]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", inbox.http_port, timeout=10)
    connection.request("POST", f"/services/{path}", body=body, headers={"Content-Type": "application/json"})
    response = connection.getresponse()
    assert (response.status, response.read()) == expected
    connection.close()


def test_a_form_with_a_payload_is_taken_too(inbox: Inbox) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", inbox.http_port, timeout=10)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/services/T0/B0/secret", body=b"payload=%7B%22text%22%3A+%22formed%22%7D", headers=form)
    assert connection.getresponse().read() == b"ok"
    connection.close()
    assert inbox.messages()[0]["text"] == "formed"
