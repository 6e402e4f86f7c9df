"""`make demo` from its first line to its last, as in a pipe."""

from pathlib import Path

import pytest

from tests.platform.desk import Desk, processes_of

pytestmark = [pytest.mark.journey, pytest.mark.server, pytest.mark.slow]


def test_a_demo_shows_a_first_and_a_better_version_and_leaves_nothing(tmp_path: Path) -> None:
    desk, picture = Desk(tmp_path / "home"), tmp_path / "demo.svg"
    shown = desk.run("demo", "--picture", str(picture), seconds=900)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "\x1b" not in shown.stdout
    told = [
        "demo/breast-cancer 1.0.0: first",
        "demo/breast-cancer 1.0.0 answers: ",
        "demo/breast-cancer 1.0.1: better than 1.0.0",
        "▲  +",
        "demo/breast-cancer 1.0.1 answers: ",
        "Where the time went",
    ]
    assert [words for words in told if shown.stdout.count(words) < 1] == []
    assert [words for words in told if words.startswith("demo/") and shown.stdout.count(words) > 1] == []
    assert "Where the time went".replace(" ", "&#160;") in picture.read_text(encoding="utf-8")
    assert processes_of(desk.home) == []
