"""One of each thing that Slack shows."""

from typing import Any

LONG = "https://example.com/" + "a" * 300


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def rich(kind: str, *elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": f"rich_text_{kind}", "elements": list(elements), **more}


def word(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text, "style": style}


def button(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": text}, "action_id": text, **more}


BLOCKS: list[dict[str, Any]] = [
    {"type": "header", "text": {"type": "plain_text", "text": ":rocket: Every block"}},
    mrkdwn(
        "*bold* _italic_ ~strike~ `code` <https://example.com/doc|a page> :tada: 2*3*4 snake_case_name\n"
        "> quoted &lt;words&gt;\n• first\n• second\n```line one\n  line two```"
    ),
    {
        "type": "section",
        "fields": [{"type": "mrkdwn", "text": "*f1*\n0.9579"}, {"type": "mrkdwn", "text": "*recall*\n0.9510"}],
    },
    {"type": "divider"},
    {"type": "image", "image_url": "https://example.com/loss.png", "alt_text": "The loss by epoch"},
    {
        "type": "rich_text",
        "elements": [
            rich("section", word("strong", bold=True), word(" and "), {"type": "link", "url": "https://example.com/r"}),
            rich("list", rich("section", word("one")), rich("section", word("two")), style="ordered"),
            rich("quote", word("so they say")),
            rich("preformatted", word("x = 1\ny = 2")),
        ],
    },
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "run *t-1*"}, {"type": "plain_text", "text": "now"}]},
    {
        "type": "actions",
        "elements": [
            button("Approve", style="primary", url="https://example.com/yes"),
            button("Reject", style="danger", url="https://example.com/no"),
            button("Ask me"),
        ],
    },
]

ATTACHMENTS: list[dict[str, Any]] = [
    {
        "color": "danger",
        "title": "An alarm",
        "title_link": "https://example.com/alarm",
        "text": "latency is *high*",
        "fields": [{"title": "endpoint", "value": "demo", "short": True}],
        "footer": "CloudWatch",
    }
]

WIDE_THINGS = mrkdwn(f"{LONG} {'x' * 200}\n```{'y ' * 400}```")
