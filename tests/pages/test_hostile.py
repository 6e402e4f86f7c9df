"""A message is anybody's text: nothing in it runs, asks, leads astray or hides the others."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.pages.room import Room, a_mail
from tests.pages.stranger import Stranger

pytestmark = [pytest.mark.server, pytest.mark.browser]

SCRIPT = "<script>window.ran = true; document.title = 'ran'</script>"
IMAGE = "<img src='x' onerror='window.ran = true'>"
TRAP = "javascript:window.ran=true"


def ran(page: Page) -> bool:
    return any(frame.evaluate("Boolean(window.ran)") for frame in page.frames)


def test_markup_in_a_card_is_shown_as_text(room: Room, page: Page) -> None:
    words = f"{SCRIPT}{IMAGE}"
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    header = {"type": "header", "text": {"type": "plain_text", "text": words[:150]}}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": f"{escaped} *{escaped}* `{escaped}`"}}
    room.slack(
        SCRIPT,
        blocks=[header, section],
        username=SCRIPT,
        attachments=[{"color": "red;x:url(/evil)", "text": words}],
    )
    page.goto(room.url)
    expect(page.get_by_role("article")).to_contain_text("onerror='window.ran = true'")
    expect(page.locator("article script, article img, article [onerror]")).to_have_count(0)
    assert not ran(page)


def test_an_address_that_is_a_program_is_no_link(room: Room, page: Page) -> None:
    element = {"type": "button", "text": {"type": "plain_text", "text": "Button"}, "url": TRAP}
    blocks = [
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": f"<{TRAP}|Words> <data:text/html,x|Data> <//evil.example|Slashes>"},
        },
        {"type": "actions", "elements": [element]},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": TRAP, "text": "Rich"}]}],
        },
        {"type": "image", "image_url": TRAP, "alt_text": "Picture"},
    ]
    room.slack(blocks=blocks, attachments=[{"title": "Title", "title_link": TRAP, "text": "t"}])
    page.goto(room.url)
    article = page.get_by_role("article")
    for name in ("Words", "Data", "Slashes", "Button", "Rich", "Picture", "Title"):
        words = article.get_by_text(name)
        expect(words).to_be_visible()
        words.click()
    expect(article.get_by_role("link")).to_have_text(["Show as JSON"])
    assert not ran(page)


def html_trap(stranger: Stranger) -> str:
    """Every way we know by which a mail asks somebody."""
    return f"""<meta http-equiv=refresh content="0;url={stranger.url}/refresh">
        <link rel=stylesheet href="{stranger.url}/sheet"><link rel=prefetch href="{stranger.url}/prefetch">
        <style>@import "{stranger.url}/import"; p {{ background: url({stranger.url}/css) }}
        @font-face {{ font-family: f; src: url({stranger.url}/font) }} p {{ font-family: f }}</style>
        <script src="{stranger.url}/script"></script>{SCRIPT}{IMAGE}<img src="{stranger.url}/pixel">
        <iframe src="{stranger.url}/frame"></iframe><object data="{stranger.url}/object"></object>
        <video src="{stranger.url}/video" autoplay></video><a href="{TRAP}">trap</a>
        <form action="{stranger.url}/form"><button>Send</button></form><p>words</p>"""


def test_an_html_mail_runs_nothing_and_asks_nobody(room: Room, page: Page, stranger: Stranger) -> None:
    room.mail("Trap", page=html_trap(stranger))
    page.goto(room.url)
    frame = page.frame_locator("article iframe")
    expect(frame.get_by_text("words", exact=True)).to_be_visible()
    frame.get_by_role("link", name="trap").click()
    frame.get_by_role("button", name="Send").click()
    assert page.title() == "Inbox · Modelway"
    assert not ran(page)


def test_an_html_mail_opened_by_itself_runs_nothing_either(room: Room, page: Page, stranger: Stranger) -> None:
    room.mail("Trap", page=html_trap(stranger))
    page.goto(room.url)
    address = page.locator("article iframe").get_attribute("src")
    page.goto(f"{room.url}{address}")
    expect(page.get_by_text("words", exact=True)).to_be_visible()
    page.get_by_role("button", name="Send").click()
    assert not ran(page)


def test_markup_in_a_mail_s_heading_and_text_is_shown_as_text(room: Room, page: Page) -> None:
    mail = a_mail(SCRIPT, f"{SCRIPT} {IMAGE}")
    mail.add_attachment(b"x", maintype="text", subtype="html", filename="<img src=x onerror=1>.html")
    room.send(mail)
    page.goto(room.url)
    expect(page.get_by_role("article").get_by_role("heading", level=2)).to_have_text(SCRIPT)
    expect(page.locator(".letter")).to_contain_text("onerror='window.ran = true'")
    expect(page.locator(".file")).to_have_text("<img src=x onerror=1>.html")
    assert not ran(page)


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(rb'{"text": "half a pair: \ud83d"}', id="half a surrogate pair"),
        pytest.param(
            b'{"text": "x", "attachments": [1, null, {"fields": 3, "blocks": "x", "color": {}}]}',
            id="shapeless",
        ),
        pytest.param(b'{"text": "x", "username": {"a": 1}, "icon_emoji": 3, "channel": []}', id="wrong types"),
        pytest.param(
            b'{"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_list", "indent": "x", "elements": 3},'
            b' {"type": "rich_text_section", "elements": [{"type": "text", "style": 1},'
            b' {"type": "date"}, 7]}, null]}]}',
            id="rich text of nothing",
        ),
        pytest.param(
            b'{"text": "x", "blocks": [{"type": "actions", "elements": [{"type": "select", "placeholder": 1}]},'
            b' {"type": "section", "text": {"type": "mrkdwn", "text": "<|> <> <!> <@> <#> ** __ ~~ :::"},'
            b' "accessory": 1}]}',
            id="empty signs",
        ),
    ],
)
def test_what_slack_would_hardly_send_hides_nothing(room: Room, page: Page, payload: bytes) -> None:
    room.slack("before")
    assert room.slack_raw(payload) == (200, "ok")
    room.slack("after")
    page.goto(room.url)
    rows = page.locator("#messages a")
    expect(rows).to_have_count(3)
    rows.nth(1).click()
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    opened = page.get_by_role("article").get_by_role("link", name="Show as JSON")
    expect(opened).to_have_attribute("href", f"/messages/{(rows.nth(1).get_attribute('href') or '')[1:]}")


def test_a_broken_file_is_named_and_hides_nothing(room: Room, page: Page) -> None:
    room.slack("a good one")
    (room.home / "inbox" / "slack" / "00000000000000000001-aaaaaa.json").write_text(json.dumps({"payload": 1}))
    page.goto(room.url)
    expect(page.locator("#messages .title")).to_have_text(["a good one", "Unreadable message"])
