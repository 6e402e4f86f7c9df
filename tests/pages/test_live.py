"""Messages come by themselves, and disturb nobody who reads."""

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import NARROW
from tests.pages.room import Room

pytestmark = [pytest.mark.server, pytest.mark.browser]

TITLE = "Inbox · Modelway"


def until_live(page: Page) -> None:
    expect(page.locator("#connection")).to_have_text("Live")


def test_an_empty_inbox_tells_what_will_come_and_how(room: Room, page: Page) -> None:
    page.goto(room.url)
    expect(page.get_by_role("heading", name="Nothing has come yet")).to_be_visible()
    expect(page.get_by_text("python -m local push")).to_be_visible()
    until_live(page)
    room.slack("the first")
    expect(page.get_by_role("article")).to_contain_text("the first")
    expect(page.get_by_role("heading", name="Nothing has come yet")).to_have_count(0)


def test_a_new_message_appears_on_top_and_is_counted_until_it_is_read(room: Room, page: Page) -> None:
    room.slack("old")
    page.goto(room.url)
    until_live(page)
    expect(page).to_have_title(TITLE)
    room.mail("new mail")
    room.slack("new card")
    rows = page.locator("#messages .title")
    expect(rows).to_have_text(["new card", "new mail", "old"])
    expect(page).to_have_title(f"(2) {TITLE}")
    expect(page.get_by_role("article")).to_contain_text("old")  # what is open stays open
    page.get_by_role("link", name="new mail").click()
    expect(page.get_by_role("article", name="new mail")).to_be_visible()
    expect(page).to_have_title(f"(1) {TITLE}")


def test_the_place_in_the_list_is_kept_when_messages_come(room: Room, page: Page) -> None:
    for number in range(30):
        room.slack(f"message {number}")
    page.goto(room.url)
    until_live(page)
    row = page.get_by_role("link", name="message 3", exact=False).last
    row.scroll_into_view_if_needed()
    before = row.bounding_box()
    room.slack("the newest")
    expect(page).to_have_title(f"(1) {TITLE}")
    page.evaluate("Promise.all(document.getAnimations().map(each => each.finished))")
    after = row.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < 1


def test_the_place_in_a_narrow_list_is_kept_while_a_message_is_read(room: Room, page: Page) -> None:
    page.set_viewport_size(NARROW)
    for number in range(30):
        room.slack(f"message {number}")
    page.goto(room.url)
    page.get_by_role("link", name="message 3 ").last.click()
    expect(page.get_by_role("article")).to_contain_text("message 3")
    expect(page.locator("#messages")).to_be_hidden()
    page.get_by_role("link", name="All messages").click()
    expect(page.get_by_role("link", name="message 3 ").last).to_be_in_viewport()


def test_a_lost_connection_is_shown_and_mended_with_what_came_meanwhile(room: Room, page: Page) -> None:
    room.slack("before")
    page.goto(room.url)
    until_live(page)
    room.stop()
    expect(page.locator("#connection")).to_have_text("Connection lost. Trying again…")
    page.get_by_role("button", name="Mail").click()
    room.start()
    until_live(page)
    room.mail("after")
    expect(page.locator("#messages .title")).to_have_text(["after"])
    page.get_by_role("button", name="All").click()
    expect(page.locator("#messages .title")).to_have_text(["after", "before"])


def test_a_filter_shows_one_kind(room: Room, page: Page) -> None:
    room.slack("a card")
    page.goto(room.url)
    page.get_by_role("button", name="Mail").click()
    expect(page.get_by_text("No mail yet.")).to_be_visible()
    until_live(page)
    room.slack("another card")
    room.mail("a mail")
    expect(page.locator("#messages .title")).to_have_text(["a mail"])
    page.get_by_role("button", name="Slack").click()
    expect(page.locator("#messages .title")).to_have_text(["another card", "a card"])


def test_older_messages_come_when_the_end_of_the_list_is_seen(room: Room, page: Page) -> None:
    for number in range(60):
        room.slack(f"message {number}")
    page.goto(room.url)
    rows = page.locator("#messages .title")
    expect(rows).to_have_count(50)
    page.locator("#older").scroll_into_view_if_needed()
    expect(rows).to_have_count(60)
    expect(rows.last).to_have_text("message 0")
    expect(page.locator("#older")).to_be_hidden()


def test_the_list_is_walked_by_keyboard(room: Room, page: Page) -> None:
    room.slack("first")
    room.slack("second")
    page.goto(room.url)
    page.locator("#messages a").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name="first")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("article", name="second")).to_be_visible()
