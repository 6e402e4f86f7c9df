"""Programs are timed only when they worked."""

import sys
from pathlib import Path

import pytest

from bench.errors import BenchError
from bench.interpreter import clean_environment
from bench.road.program import run
from bench.road.walk import HYPERPARAMETER
from bench.road.workplace import workplace


def test_a_program_that_fails_gives_no_time_but_its_words(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="ended with 3"):
        run([sys.executable, "-c", "raise SystemExit(3)"], cwd=tmp_path, environment=clean_environment())


def test_nobody_can_answer_a_question_of_a_measured_program(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="EOFError"):
        run([sys.executable, "-c", "input('deploy?')"], cwd=tmp_path, environment=clean_environment())


def test_the_workplace_has_a_model_whose_hyperparameter_can_be_changed() -> None:
    with workplace() as place:
        assert HYPERPARAMETER.subn("0.5", (place.model / "model.toml").read_text())[1] == 1
        assert (place.model / ".git").is_dir()
        assert (place.checkout / "local" / "__main__.py").is_file()
    assert not place.root.exists()
