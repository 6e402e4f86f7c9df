"""How a message reads in a terminal."""

from dataclasses import replace
from typing import Any

from local.inbox.message import File, Message
from local.inbox.terminal import as_rich, as_text

FILE = File("predictions.csv", 2048)


def slack(*blocks: dict[str, Any], text: str = "") -> Message:
    return Message("1", "slack", "2026-11-21T10:00:00.000Z", "", "T0/B0", "", text, list(blocks))


def lines_of(message: Message) -> list[str]:
    return as_text(message).splitlines()[1:]


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
    assert lines == ["Trained", "f1  0.97", "─" * 40, "run  t-1", "[Log] http://l"]


def test_a_message_without_blocks_shows_its_text() -> None:
    assert as_text(slack(text="trained")).endswith("\ntrained")


def test_an_unknown_block_is_named_and_not_dropped() -> None:
    assert as_text(slack({"type": "poem", "elements": []})).endswith("\n(poem)")


def test_markup_becomes_words_links_and_lines() -> None:
    text = "*bold* <https://example.com|page> https://example.com/x :tada:\n> quoted\n• item\n```a\n  b```end"
    assert lines_of(slack(text=text)) == [
        "bold page (https://example.com) https://example.com/x 🎉",
        "│ quoted",
        "• item",
        "a",
        "  b",
        "end",
    ]


def test_rich_text_and_attachments_become_lines() -> None:
    items = [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]} for text in ("one", "two")]
    block = {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "ordered", "elements": items}]}
    message = replace(slack(block), attachments=[{"title": "Alarm", "text": "high", "footer": "CloudWatch"}])
    assert lines_of(message) == ["1. one", "2. two", "Alarm", "high", "CloudWatch"]


def test_a_mail_names_what_it_carries() -> None:
    mail = Message("1", "mail", "2026-11-21T10:00:00.000Z", "a", "b", "Trained", "Well.\n\nBye.", [], files=[FILE])
    assert lines_of(mail) == ["Well.", "", "Bye.", "", "📎 predictions.csv (2 kB)"]


def test_what_a_terminal_would_obey_is_left_out() -> None:
    trap = "a\x1b]0;title\x07\x1b[2Jb\r\x9bc\u202e"
    mail = Message("1", "mail", "2026-11-21T10:00:00.000Z", trap, trap, trap, trap, [])
    for shown in (as_text(mail), as_rich(mail).plain):
        assert shown.isprintable() or set(filter(lambda sign: not sign.isprintable(), shown)) == {"\n"}


def test_a_terminal_with_colours_reads_the_same_words() -> None:
    message = slack(text="*bold* <https://example.com|page>")
    assert as_rich(message).plain.splitlines()[1:] == lines_of(message)
    assert "bold" in {str(span.style) for span in as_rich(message).spans}


def test_what_slack_wants_escaped_is_shown_as_it_reads() -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "a &lt;b&gt; &amp; c"}}
    assert as_text(slack(block)).endswith("\na <b> & c")
