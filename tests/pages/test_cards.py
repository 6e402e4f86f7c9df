"""Messages look as Slack and a mail program show them."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.pages import zoo
from tests.pages.room import Room, a_mail
from tests.sockets import wait_for

FITS = """(frame => frame.offsetHeight >= frame.contentDocument.documentElement.scrollHeight)(
    document.querySelector("article iframe"))"""
pytestmark = [pytest.mark.server, pytest.mark.browser]


@pytest.fixture
def card(room: Room, page: Page) -> Locator:
    """One of each block, opened."""
    room.slack("for the notification only", blocks=zoo.BLOCKS, attachments=zoo.ATTACHMENTS)
    page.goto(room.url)
    return page.get_by_role("article")


def test_every_block_is_shown_in_its_form(card: Locator) -> None:
    expect(card.get_by_role("heading", level=3)).to_have_text("🚀 Every block")
    for selector, words in {
        "b >> nth=1": "bold",
        "i": "italic",
        "s": "strike",
        "p code": "code",
        "blockquote >> nth=0": "quoted <words>",
        "pre >> nth=0": "line one\n  line two",
        ".item >> nth=1": "• second",
        ".field >> nth=1": "recall\n0.9510",
        "ol li >> nth=1": "two",
        "blockquote >> nth=1": "so they say",
        "pre >> nth=1": "x = 1\ny = 2",
        ".context >> nth=0": "run t-1now",
    }.items():
        expect(card.locator(selector)).to_have_text(words)
    expect(card.locator("hr")).to_have_count(1)
    expect(card).to_contain_text("🎉 2*3*4 snake_case_name")
    expect(card).not_to_contain_text("for the notification only")


def test_fields_stand_in_two_columns(card: Locator) -> None:
    left, right = (card.locator(".field").nth(number).bounding_box() for number in (0, 1))
    assert left
    assert right
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]


def test_links_and_buttons_lead_where_they_say_in_a_tab_of_their_own(card: Locator) -> None:
    for name, url in {
        "a page": "https://example.com/doc",
        "Approve": "https://example.com/yes",
        "Reject": "https://example.com/no",
        "🖼 The loss by epoch": "https://example.com/loss.png",
        "An alarm": "https://example.com/alarm",
    }.items():
        link = card.get_by_role("link", name=name)
        expect(link).to_have_attribute("href", url)
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(card.get_by_text("Ask me")).to_have_attribute("title", "Answers only in Slack")


def test_an_attachment_has_its_bar_of_colour(card: Locator) -> None:
    expect(card.locator(".bar")).to_have_css("border-left-color", "rgb(224, 30, 90)")
    expect(card.locator(".bar b").last).to_have_text("endpoint")


def test_a_message_says_from_whom_to_where_and_when(card: Locator) -> None:
    expect(card.locator(".app b")).to_have_text("Modelway")
    expect(card.get_by_role("heading", level=2)).to_contain_text("webhook T0000/B0000")
    expect(card.locator("time")).to_have_text("just now")
    expect(card.locator("time")).to_have_attribute("datetime", re.compile(r"^20\d\d-\d\d-\d\dT.*Z$"))
    expect(card.locator("time")).to_have_attribute("title", re.compile(r"\d\d:\d\d"))


def test_a_mail_shows_its_heading_its_words_and_what_it_carries(room: Room, page: Page) -> None:
    mail = a_mail("Trained: größer", "See https://example.com/run.\n\nmetric  this\nf1      0.97")
    mail.add_attachment(b"x" * 2048, maintype="text", subtype="csv", filename="predictions.csv")
    room.send(mail)
    page.goto(room.url)
    opened = page.get_by_role("article")
    expect(opened.get_by_role("heading", level=2)).to_have_text("Trained: größer")
    expect(opened.locator("dd").first).to_have_text("AWS Notifications <no-reply@sns.amazonaws.com>")
    expect(opened.locator("dd").nth(1)).to_have_text("team@example.com")
    expect(opened.get_by_role("link", name="https://example.com/run")).to_have_attribute(
        "href", "https://example.com/run"
    )
    expect(opened.locator("pre")).to_have_text("metric  this\nf1      0.97")
    expect(opened.locator(".files")).to_have_text("1 attachmentpredictions.csv 2 kB")


def test_an_html_mail_is_shown_whole_in_a_frame_of_its_own(room: Room, page: Page) -> None:
    room.mail("Report", page="<h1 style='color: rgb(1, 2, 3)'>Week 47</h1>" + "<p>line</p>" * 60 + "<p id=end>end</p>")
    page.goto(room.url)
    frame = page.frame_locator("article iframe")
    expect(frame.get_by_role("heading")).to_have_css("color", "rgb(1, 2, 3)")
    end = frame.locator("#end")
    expect(end).to_be_visible()
    wait_for(lambda: bool(page.evaluate(FITS)), what="a frame as high as its mail")
