"""Mail and Slack messages through sockets, as senders and readers see the inbox."""

import http.client
import json
import signal
import smtplib
import urllib.request
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.webhook import WebhookClient

from tests.platform.desk import Desk
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
        ("T0/B0/secret", b'{"text": "x", "number": NaN}', (400, b"invalid_payload")),
        ("T0/B0/secret", b"[" * 100_000, (400, b"invalid_payload")),
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


def ask(inbox: Inbox, path: str, *, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", inbox.http_port, timeout=10)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    answer = response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    connection.close()
    return answer


def test_messages_come_in_pages_that_name_the_next(inbox: Inbox) -> None:
    for number in range(5):
        inbox.send_mail(a_mail(f"page {number}"))
    path = "/messages?kind=mail&limit=2"
    seen: list[str] = []
    while path and len(seen) < 5:
        _, headers, body = ask(inbox, path)
        seen += [message["subject"] for message in json.loads(body)]
        path = headers.get("link", "").partition(">")[0].removeprefix("<")
    assert seen[:5] == [f"page {number}" for number in (4, 3, 2, 1, 0)]


def test_the_last_page_names_no_next(inbox: Inbox) -> None:
    inbox.send_mail(a_mail("alone"))
    oldest = inbox.messages()[-1]["id"]
    _, headers, body = ask(inbox, f"/messages?before={oldest}")
    assert (json.loads(body), headers.get("link")) == ([], None)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/messages?limit=0", 400, b"limit is '0'; use a number from 1 to 1000"),
        ("/messages?limit=ten", 400, b"limit is 'ten'"),
        ("/messages?kind=fax", 400, b"kind is 'fax'; use 'mail' or 'slack'"),
        ("/messages/1", 404, b"GET /messages lists all"),
        ("/messages/../../etc/passwd", 404, b""),
        ("/page/..%2f..%2fmessage.py", 404, b""),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(inbox: Inbox, path: str, status: int, words: bytes) -> None:
    answered, _, body = ask(inbox, path)
    assert answered == status
    assert words in body


@pytest.mark.parametrize("path", ["/", "/messages", "/events", "/page/inbox.js"])
def test_who_names_another_host_reads_nothing(inbox: Inbox, path: str) -> None:
    status, _, body = ask(inbox, path, Host="rebound.example:80")
    assert (status, body) == (
        403,
        b"the inbox is not read as 'rebound.example:80'; open it as 127.0.0.1 or localhost\n",
    )


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1234", "localhost:80"])
def test_this_machine_s_own_names_are_taken(inbox: Inbox, host: str) -> None:
    assert ask(inbox, "/", Host=host)[0] == 200


def test_a_page_of_another_site_posts_nothing(inbox: Inbox) -> None:
    status, _, body = ask(inbox, "/services/T0/B0/secret", method="POST", Origin="https://evil.example")
    assert (status, b"may not post here" in body) == (403, True)


@pytest.mark.parametrize("path", ["/", "/messages", "/page/inbox.js", "/nowhere"])
def test_every_answer_keeps_other_sites_out(inbox: Inbox, path: str) -> None:
    _, headers, _ = ask(inbox, path)
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/messages", "/events"])
def test_what_is_read_is_only_read(inbox: Inbox, method: str, path: str) -> None:
    assert ask(inbox, path, method=method)[0] == 405


def test_a_listener_hears_what_came_since_the_last_it_heard(inbox: Inbox) -> None:
    inbox.send_mail(a_mail("heard"))
    heard = inbox.messages()[0]["id"]
    inbox.send_mail(a_mail("missed"))
    url = f"http://127.0.0.1:{inbox.http_port}/events?after=0"
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Last-Event-ID": heard}), timeout=30) as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        data = next(line for line in events if line.startswith(b"data: "))
    assert json.loads(data.removeprefix(b"data: "))["subject"] == "missed"


def test_a_removed_file_is_a_removed_message(inbox: Inbox) -> None:
    inbox.send_mail(a_mail("to be removed"))
    newest = inbox.messages()[0]
    (inbox.home / "inbox" / "mail" / f"{newest['id']}.eml").unlink()
    assert newest["id"] not in {message["id"] for message in inbox.messages()}


def test_a_file_is_read_once(inbox: Inbox) -> None:
    inbox.send_mail(a_mail("as it came"))
    newest = inbox.messages()[0]
    (inbox.home / "inbox" / "mail" / f"{newest['id']}.eml").write_text("Subject: changed\n\nlater")
    assert inbox.messages()[0] == newest


def test_a_mail_in_an_unknown_character_set_is_shown_all_the_same(inbox: Inbox) -> None:
    with smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=10) as server:
        head = b"Subject: odd\r\nContent-Type: text/plain; charset=klingon\r\n\r\n"
        server.sendmail("a@example.com", ["b@example.com"], head + b"qapla \xff\r\n")
    newest = inbox.messages()[0]
    assert (newest["subject"], newest["text"][:6]) == ("odd", "qapla ")


def test_an_html_mail_has_its_words_in_the_list(inbox: Inbox) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", "page"
    mail.set_content("<style>p{}</style><p>Well  <b>done</b></p><p>Bye</p>", subtype="html")
    inbox.send_mail(mail)
    newest = inbox.messages()[0]
    assert (newest["text"], newest["preview"], newest["html"]) == ("Well done\n\nBye", "Well done", True)


def test_the_command_shows_what_is_kept_and_says_that_no_page_is_served(inbox: Inbox) -> None:
    for subject in ("older", "newer", "newest"):
        inbox.send_mail(a_mail(subject))
    told = Desk(inbox.home).run("inbox", "-n", "2")
    heads = [line for line in told.stdout.splitlines() if line.startswith("--- ")]
    assert (told.returncode, [head.rpartition(": ")[2] for head in heads]) == (0, ["newer", "newest"])
    assert f"no inbox runs in {inbox.home}; start it with `python -m local up`" in told.stderr


def test_the_command_makes_nothing_where_nothing_is(tmp_path: Path) -> None:
    told = Desk(tmp_path / "nowhere").run("inbox")
    assert (told.returncode, told.stdout.startswith("No messages yet.")) == (0, True)
    assert not (tmp_path / "nowhere").exists()


def test_the_command_follows_until_it_is_interrupted(inbox: Inbox) -> None:
    following = Desk(inbox.home).begin("inbox", "-n", "0", "--follow")
    assert following.stderr
    assert following.stdout
    assert "page" in following.stderr.readline()
    inbox.send_mail(a_mail("followed"))
    assert following.stdout.readline().endswith("mail to team@example.com: followed\n")
    following.send_signal(signal.SIGINT)
    assert (following.communicate(timeout=60)[1], following.returncode) == ("modelway: interrupted\n", 130)
