"""The Python that .venv is made with: found, or missed in one line."""

import sys

import pytest

from tests.setup.workbench import Workbench, words_of


def test_no_python_at_all_is_told_with_the_remedy(bench: Workbench) -> None:
    words = words_of(bench.make("setup"))
    assert words.startswith("modelway: Modelway needs Python 3.11 or 3.12 and found no Python on PATH;")
    assert "make demo PYTHON=/path/to/python3.12" in words


@pytest.mark.parametrize("version", ["3.9.18", "3.10.13", "3.13.0", "2.7.18"])
def test_a_python_too_old_or_too_new_is_named_with_its_version(bench: Workbench, version: str) -> None:
    bench.add_python("python3", version)
    words = words_of(bench.make("setup"))
    assert f"found python3 is Python {version};" in words
    assert "PYTHON=/path/to/python3.12" in words


def test_a_python_without_ensurepip_names_the_package_of_that_very_version(bench: Workbench) -> None:
    bench.add_python("python3", "3.11.2", can_make_environments=False)
    words = words_of(bench.make("demo"))
    assert words.startswith("modelway: python3 is Python 3.11.2 without ensurepip")
    assert "`apt install python3.11-venv`" in words
    assert not bench.environment.exists()


def test_a_whole_python_is_taken_before_one_without_ensurepip(bench: Workbench) -> None:
    bench.add_python("python3.12", "3.12.1", can_make_environments=False)
    bench.add_python("python3.11", "3.11.2")
    bench.add_program("python3.11", (bench.path / "python3.11").read_text().replace("exit 1", "echo taken >&2; exit 1"))
    assert words_of(bench.make("setup")) == "taken"


def test_a_shim_of_a_version_that_is_not_installed_is_passed_over(bench: Workbench) -> None:
    bench.add_program("python3.12", "#!/bin/sh\necho 'pyenv: python3.12: command not found' >&2\nexit 127\n")
    bench.add_python("python3", "3.9.18")
    assert "found python3 is Python 3.9.18;" in words_of(bench.make("setup"))


def test_the_python_asked_for_is_the_only_one_tried(bench: Workbench) -> None:
    bench.add_python("python3.12", "3.12.1")
    bench.add_python("other", "3.10.13")
    assert "PYTHON=other does not do: other is Python 3.10.13;" in words_of(bench.make("setup", "PYTHON=other"))
    assert "it does not start as a Python" in words_of(bench.make("setup", "PYTHON=/nowhere/python"))


def test_another_system_than_linux_is_named(bench: Workbench) -> None:
    bench.add_program("uname", "#!/bin/sh\necho Darwin\n")
    assert words_of(bench.make("up")).startswith("modelway: the local platform needs Linux, and this is Darwin;")


def test_a_demo_without_git_names_git(bench: Workbench) -> None:
    (bench.path / "git").unlink()
    bench.environment.mkdir()
    done = bench.make("demo", "--assume-old=.venv/.platform", f"RUN={sys.executable}")
    assert words_of(done).startswith("modelway: git is not on PATH")


def test_help_needs_no_python(bench: Workbench) -> None:
    assert "make demo" in bench.make().stdout
