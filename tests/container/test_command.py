"""The entry point knows three words."""

import subprocess
import sys

import pytest

from tests.container.box import RUNTIME, Box


@pytest.mark.parametrize("words", [("trian",), (), ("train", "now")])
def test_an_unknown_word_is_refused_with_the_known_ones(box: Box, words: tuple[str, ...]) -> None:
    ended = box.run(*words)
    assert ended.returncode == 2
    assert "use train, serve or evaluate" in ended.stderr


@pytest.mark.parametrize("library", ["numpy", "sklearn", "starlette", "uvicorn"])
def test_training_does_not_wait_for_the_libraries_of_serving(library: str) -> None:
    code = f"import modelway_runtime.__main__, modelway_runtime.training.job, sys; sys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(RUNTIME)}).returncode == 0
