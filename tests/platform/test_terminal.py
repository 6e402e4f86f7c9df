"""How a message reads in a terminal."""

from typing import Any

from local.inbox.message import Message
from local.inbox.terminal import as_text


def slack(*blocks: dict[str, Any], text: str = "") -> Message:
    return Message("1", "slack", "2026-11-21T10:00:00.000Z", "", "T0/B0", "", text, list(blocks))


def test_blocks_become_lines() -> None:
    message = slack(
        {"type": "header", "text": {"type": "plain_text", "text": "Trained"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*f1*\n0.97"}]},
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "run"}, {"type": "mrkdwn", "text": "t-1"}]},
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Log"}, "url": "http://l"}],
        },
    )
    head, *lines = as_text(message).splitlines()
    assert head == "--- 2026-11-21T10:00:00.000Z  Slack T0/B0"
    assert lines == ["*Trained*", "*f1* 0.97", "-" * 40, "run t-1", "[Log] http://l"]


def test_a_message_without_blocks_shows_its_text() -> None:
    assert as_text(slack(text="trained")).endswith("\ntrained")


def test_an_unknown_block_is_named_and_not_dropped() -> None:
    assert as_text(slack({"type": "rich_text", "elements": []})).endswith("\n(rich_text)")


def test_what_slack_wants_escaped_is_shown_as_it_reads() -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "a &lt;b&gt; &amp; c"}}
    assert as_text(slack(block)).endswith("\na <b> & c")
