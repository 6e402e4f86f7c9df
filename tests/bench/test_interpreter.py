"""Pieces of Python are timed in processes of their own, and a failed one gives no time."""

from pathlib import Path

import pytest

from bench.errors import BenchError
from bench.interpreter import answer_of, clean_environment, printed, seconds_of


def test_what_the_measured_lines_need_stands_before_them() -> None:
    assert seconds_of("assert value == 3", after="value = 3") >= 0


def test_the_last_line_is_the_answer_whatever_is_printed_before() -> None:
    assert answer_of("-c", "print('a warning'); print('{\"files\": 2}')") == {"files": 2}


def test_a_failed_program_gives_no_figure_but_its_words() -> None:
    with pytest.raises(BenchError, match=r"(?s)ended with 1:.*no_such_module"):
        seconds_of("import no_such_module")


def test_a_program_that_says_nothing_gives_no_figure() -> None:
    with pytest.raises(BenchError, match="ended with 0"):
        printed("-c", "pass")


def test_what_slows_python_is_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert not {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH"} & clean_environment().keys()
