"""A real inbox and a real browser that looks at its page."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, ViewportSize, expect, sync_playwright

from tests.pages.room import Room
from tests.pages.stranger import Stranger

CHROMIUM = shutil.which("chromium")
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
expect.set_options(timeout=60_000)  # a limit, not a wait: a busy machine is slow


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A running inbox with nothing in it."""
    room = Room(tmp_path / "home")
    room.start()
    yield room
    room.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium; two of Playwright at a time do not work, so it ends with the file."""
    if CHROMIUM is None:
        pytest.skip("there is no `chromium` on PATH to look at the page with")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, room: Room) -> Iterator[Page]:
    """A wide window in light colours, whose programs must not fail."""
    context = browser.new_context(viewport=WIDE, color_scheme="light")
    errors: list[str] = []

    def fail(error: Error) -> None:
        errors.append(str(error))

    page = context.new_page()
    page.on("pageerror", fail)
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    """A site that nothing of a message may ask."""
    with Stranger() as stranger:
        yield stranger
        stranger.shutdown()
    assert stranger.asked == []
