"""What a person sees: live rows in a real terminal, which is left as it was."""

import os
from pathlib import Path

import pytest

from local.view.picture import save_picture
from local.view.table import Cell, Column, Table, Tone
from tests.platform.terminal import Terminal, open_terminal, python

LONG = "demo--breast-cancer-v1-0-1-train-d97c8498, train_loss 0.310905 " * 3
PROGRAM = f"""
import sys, time
from local import interrupt
from local.view.table import Cell, Column, Table
from local.view.terminal import confirmed, opened
table = Table(Cell("Verdict"), (Column("metric"), Column("value"), Column("interval", spare=True)),
              [[Cell("f1"), Cell("0.963"), Cell("+0.0100 to +0.0900 " * 3)]])
with interrupt.heeded(), opened() as view:
    view.chapter("Push demo/churn")
    with view.stage("version"):
        view.tell("version", detail="1.0.1")
    with view.stage("train"):
        view.log("train", "epoch 1 [of] 2")
        view.tell("train", detail={LONG!r}, link="http://127.0.0.1:1/run")
        ENDING
    view.table(table)
    with view.pause("your answer"):
        print("yes" if confirmed("Deploy 1.0.1?", default=True) else "no")
"""


def opened(ending: str = "pass", *, columns: int = 100, environment: dict[str, str] | None = None) -> Terminal:
    return open_terminal(*python(PROGRAM.replace("ENDING", ending)), columns=columns, environment=environment)


def rows_of(terminal: Terminal) -> list[str]:
    return [" ".join(line.split()) for line in terminal.text.splitlines()]


@pytest.mark.parametrize(("keys", "answer"), [("\n", "yes"), ("n\n", "no"), ("\x04", "no")])
def test_rows_get_a_tick_and_a_question_an_answer(keys: str, answer: str) -> None:
    terminal = opened()
    terminal.read_until("Deploy 1.0.1? [Y/n]:")
    assert terminal.has_cursor
    terminal.type(keys)
    assert terminal.read_to_the_end() == 0
    rows = rows_of(terminal)
    assert "Push demo/churn" in rows
    assert any(row.startswith("✓ version") and row.endswith("s 1.0.1") for row in rows)
    assert any(row.startswith("✓ train") for row in rows)
    assert "train │ epoch 1 [of] 2" in rows
    assert answer in rows


@pytest.mark.parametrize("columns", [60, 100])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    terminal = opened(columns=columns)
    terminal.read_until("Deploy")
    terminal.type("\n")
    terminal.read_to_the_end()
    assert max(map(len, terminal.text.splitlines())) <= columns
    assert ("interval" in terminal.text) is (columns == 100)


def test_without_colour_there_is_none() -> None:
    terminal = opened(environment={"NO_COLOR": "1"})
    terminal.read_until("Deploy")
    terminal.type("\n")
    terminal.read_to_the_end()
    assert not any(f"\x1b[{code}m" in terminal.raw for code in (31, 32, 36, 90, "1;36"))


def test_a_failed_stage_gets_a_cross_and_its_words_stay_whole() -> None:
    words = "x" * 300
    ending = f"error = ValueError('no'); error.add_note({words!r}); raise error"
    terminal = opened(ending)
    assert terminal.read_to_the_end() == 1
    assert any(row.startswith("✗ train") for row in rows_of(terminal))
    assert words in terminal.text.replace("\n", "")
    assert terminal.has_cursor


def test_ctrl_c_stops_the_row_and_leaves_the_terminal_sane() -> None:
    terminal = opened("view.note('ready'); view.tell('train'); time.sleep(600)")
    terminal.read_until("ready")
    terminal.read_until("train ")
    terminal.type("\x03")
    assert terminal.read_to_the_end() == 130
    assert any(row.startswith("■ train") for row in rows_of(terminal))
    assert terminal.has_cursor


def test_a_closed_terminal_ends_the_command() -> None:
    terminal = opened("view.note('ready'); view.tell('train'); time.sleep(600)")
    terminal.read_until("ready")
    os.close(terminal.end)
    assert terminal.process.wait(60) == 129


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"PYTHONIOENCODING": "latin-1"}])
def test_a_terminal_that_cannot_draw_gets_plain_lines(environment: dict[str, str]) -> None:
    terminal = opened(environment=environment)
    terminal.read_until("Deploy")
    terminal.type("\n")
    assert terminal.read_to_the_end() == 0
    assert any(row.startswith("ok version") for row in rows_of(terminal))


def test_a_picture_needs_no_terminal(tmp_path: Path) -> None:
    table = Table(Cell("Verdict"), (Column("metric"), Column("is")), [[Cell("f1", Tone.GOOD), Cell("▲")]])
    save_picture(tmp_path / "end.svg", title="The end", tables=[table])
    drawn = (tmp_path / "end.svg").read_text(encoding="utf-8")
    assert all(words in drawn for words in ("<svg", "Verdict", "▲"))
    assert 'url("http' not in drawn
