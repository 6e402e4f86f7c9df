"""What Slack's markup comes to, whatever stands in it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.inbox.body import body
from local.inbox.message import Message
from local.inbox.mrkdwn import mrkdwn
from local.inbox.node import Element, Node, element, words_of
from local.inbox.painter import paint

WORDS = st.text(max_size=60) | st.text(alphabet="*_~`<>|:!@# &;\\n-ab", max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "text", "elements", "style", "url", "fields", "title", "color", "indent", "blocks"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
RICH = st.fixed_dictionaries({"type": st.just("rich_text"), "elements": st.lists(JSON, max_size=4)})
ACTIONS = st.fixed_dictionaries({"type": st.just("actions"), "elements": st.lists(JSON, min_size=1, max_size=4)})


def a_message(text: str = "", **more: Any) -> Message:
    return Message("1", "slack", "2026-11-21T10:00:00.000Z", "", "T0/B0", "", text, more.pop("blocks", []), **more)


def links(nodes: list[Node]) -> list[str]:
    found = [node for node in nodes if isinstance(node, Element)]
    return [each.href for each in found if each.href] + [url for each in found for url in links([*each.children])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2*3*4 and snake_case_name", ["2*3*4 and snake_case_name"]),
        ("*a _b_*", [element("b", "a ", element("i", "b"))]),
        ("* a * _ b _", ["* a * _ b _"]),
        ("`*a*`", [element("code", "*a*")]),
        ("&lt;b&gt; &amp;lt;", ["<b> &lt;"]),
        ("<!here> <@U1> <#C1|ops>", ["@here", " ", "@U1", " ", "#ops"]),
        ("<!date^1392734382^{date}|Feb 18>", ["Feb 18"]),
        (":nosuch: :tada:", [":nosuch:", " ", "🎉"]),
    ],
)
def test_a_line_is_marked_as_slack_marks_it(text: str, expected: list[Node]) -> None:
    [paragraph] = mrkdwn(text)
    assert isinstance(paragraph, Element)
    assert [each if isinstance(each, str) else _bare(each) for each in paragraph.children] == expected


def _bare(node: Element) -> Node:
    return words_of(node) if node.tag == "span" else node


@given(WORDS, st.lists(JSON, max_size=3), st.lists(RICH | ACTIONS, max_size=2))
def test_whatever_comes_has_a_title_a_body_and_only_honest_links(
    text: str, attachments: list[Any], blocks: list[dict[str, Any]]
) -> None:
    for message in (a_message(text, attachments=attachments), a_message(text, attachments=attachments, blocks=blocks)):
        nodes = list(body(message))
        paint(nodes)
        assert message.title
        assert all(url.lower().startswith(("http://", "https://", "mailto:")) for url in links(nodes))


@given(WORDS)
def test_code_is_shown_as_it_stands(text: str) -> None:
    code = text.replace("`", "").strip()
    if code:
        escaped = code.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        [block] = mrkdwn(f"```{escaped}```")
        assert words_of(block) == code
