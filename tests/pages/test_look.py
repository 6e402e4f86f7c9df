"""The page fits narrow and wide windows, and can be read in light and in dark."""

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.pages import zoo
from tests.pages.conftest import NARROW, WIDE
from tests.pages.room import Room

pytestmark = [pytest.mark.server, pytest.mark.browser]

# The contrast of a text with the first ground below it that is not transparent, as WCAG 2 computes it.
CONTRAST = """element => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const linear = value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = colour => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(value => linear(value / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const clear = of => getComputedStyle(of).backgroundColor === "rgba(0, 0, 0, 0)";
  let ground = element;
  while (clear(ground) && ground.parentElement) ground = ground.parentElement;
  const [a, b] = [light(getComputedStyle(element).color), light(getComputedStyle(ground).backgroundColor)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TEXTS = ".app b, .app time, .badge, .overline, article h3, article p, article a, article code, .context, .item"
AROUND = "h1, .name p, #connection, .filter button, .kind, #messages time, .title, .preview, article footer a"


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_nothing_sticks_out_whatever_a_message_contains(
    room: Room, page: Page, size: ViewportSize, colours: str
) -> None:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    room.mail(zoo.LONG, f"{zoo.LONG}\n\n  {zoo.LONG}")
    room.slack(zoo.LONG, blocks=[*zoo.BLOCKS, zoo.WIDE_THINGS], attachments=zoo.ATTACHMENTS, username="x" * 200)
    page.goto(room.url)
    rows = page.locator("#messages a")
    expect(rows).to_have_count(2)
    assert page.evaluate(OVERFLOW) <= 0
    for number in (0, 1):
        rows.nth(number).evaluate("row => row.click()")
        expect(page.locator("article a", has_text=zoo.LONG).first).to_be_visible()
        assert page.evaluate(OVERFLOW) <= 0
        assert page.evaluate(
            "document.querySelector('#reading').scrollWidth <= document.querySelector('#reading').clientWidth"
        )
        if page.locator(".back").is_visible():
            page.go_back()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_texts_stand_out_from_their_ground(browser: Browser, room: Room, colours: str) -> None:
    room.mail("A mail")
    room.slack("x", blocks=zoo.BLOCKS, attachments=zoo.ATTACHMENTS)
    context = browser.new_context(color_scheme="dark" if colours == "dark" else "light")
    page = context.new_page()
    page.goto(room.url)
    expect(page.locator("#connection")).to_have_text("Live")
    expect(page.get_by_role("article")).to_be_visible()
    found = page.locator(f"{TEXTS}, {AROUND}").all()
    assert len(found) > 40
    contrasts = {text.inner_text(): text.evaluate(CONTRAST) for text in found if text.is_visible()}
    assert {words: contrast for words, contrast in contrasts.items() if contrast < 4.5} == {}
    ground = page.locator("body").evaluate("body => getComputedStyle(document.documentElement).backgroundColor")
    assert ground == {"light": "rgb(244, 245, 247)", "dark": "rgb(19, 21, 24)"}[colours]
    context.close()


def test_nothing_moves_for_those_who_asked_for_that(room: Room, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(room.url)
    expect(page.locator("#connection")).to_have_text("Live")
    room.slack("new")
    expect(page.locator(".arriving")).to_have_css("animation-name", "none")


def test_the_open_message_alone_is_printed(room: Room, page: Page) -> None:
    room.slack("on paper")
    page.goto(room.url)
    expect(page.get_by_role("article")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("article")).to_be_visible()
    expect(page.locator("#messages")).to_be_hidden()
    expect(page.locator(".top")).to_be_hidden()
