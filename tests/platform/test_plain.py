"""What a pipe gets: each fact once, as plain words."""

import pytest

from local.errors import StepFailed
from local.view.plain import Plain
from local.view.stage import State
from local.view.table import Cell, Column, Table, Tone
from local.view.view import View

TABLE = Table(Cell("Cups"), (Column("name"), Column("n", right=True)), [[Cell("tea", Tone.GOOD), Cell("12")]], "enough")


def test_a_stage_is_told_once_at_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    with View(Plain()) as view:
        view.chapter("Push")
        with view.stage("version"):
            view.tell("version", detail="1.0.")
            view.tell("version", detail="1.0.1")
    head, row = capsys.readouterr().out.splitlines()
    assert head == "== Push"
    assert row.split() == ["ok", "version", row.split()[2], "s", "1.0.1"]


def test_a_stage_of_the_same_name_is_told_in_each_chapter(capsys: pytest.CaptureFixture[str]) -> None:
    with View(Plain()) as view:
        for chapter in ("one", "two"):
            view.chapter(chapter)
            with view.stage("predict"):
                pass
    assert capsys.readouterr().out.count("ok       predict") == 2
    assert [stage.name for stage in view.stages] == ["predict", "predict"]


def test_what_failed_and_what_was_cut_short_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    view = View(Plain())
    view.tell("train")
    with pytest.raises(StepFailed), view, view.stage("image"):
        raise StepFailed("no")
    rows = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert rows == [["failed", "image"], ["stopped", "train"]]


def test_a_failing_step_s_words_are_told_whole_on_the_error_stream(capsys: pytest.CaptureFixture[str]) -> None:
    long = "x" * 500
    failed = StepFailed("image failed with 2")
    failed.add_note(f"first\n{long}")
    with pytest.raises(StepFailed), View(Plain()):
        raise failed
    assert capsys.readouterr().err == f"first\n{long}\n"


def test_a_background_stage_is_counted_and_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    with View(Plain()) as view, view.background("between"):
        view.tell("train", state=State.DONE)
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == ["train"]
    assert {stage.name for stage in view.stages} == {"between", "train"}


def test_lines_without_a_stage_are_rows_too(capsys: pytest.CaptureFixture[str]) -> None:
    with View(Plain()) as view:
        view.line("aws", "http://127.0.0.1:1")
    assert capsys.readouterr().out.endswith("s  http://127.0.0.1:1\n")


def test_a_table_is_aligned_and_the_closing_screen_does_not_repeat_it(capsys: pytest.CaptureFixture[str]) -> None:
    with View(Plain()) as view:
        view.table(TABLE)
        view.screen("The end", [TABLE])
    assert capsys.readouterr().out.splitlines() == ["Cups", "  name   n", "  tea   12", "  enough"]
