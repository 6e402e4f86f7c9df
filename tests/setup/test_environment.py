"""The stages of .venv: each can be broken off, and what cannot be used is made anew."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.setup.environment import Environment, Refused, check_room, reason
from tests.setup.workbench import REPOSITORY, Workbench, words_of

pytestmark = pytest.mark.environment

REAL = str(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")
NOWHERE = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}


def small(folder: Path) -> Workbench:
    """A checkout whose locks are empty, so that it needs no package index."""
    bench = Workbench.made_in(folder)
    for name in ("uv.txt", "local.txt", "test.txt"):
        (bench.checkout / "locks" / name).write_text("")
    bench.path.joinpath("python3").symlink_to(REAL)
    return bench


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """A small checkout with its environment; tests work on copies."""
    bench = small(tmp_path_factory.mktemp("made"))
    assert "creating .venv" in offline(bench, ".venv/.uv").stdout
    return bench


def copied(bench: Workbench, folder: Path) -> Workbench:
    """The checkout and its environment in another place."""
    copy = Workbench(folder / "copy", bench.path)
    shutil.copytree(bench.checkout, copy.checkout, symlinks=True)
    return copy


def at_home(bench: Workbench) -> Workbench:
    """The same with an environment that was made for its place."""
    record = bench.environment / "pyvenv.cfg"
    record.write_text(re.sub("(?m)(-m venv ).*$", rf"\g<1>{bench.environment}", record.read_text()))
    return bench


def is_made_anew(bench: Workbench) -> bool:
    """Whether make would make the environment."""
    return "environment.py .venv uv" in offline(bench, "--dry-run", ".venv/.uv").stdout


def offline(bench: Workbench, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Make where no index can be reached."""
    return bench.make(*arguments, environment=NOWHERE)


def test_an_index_out_of_reach_is_told_in_one_line(bench: Workbench) -> None:
    bench.path.joinpath("python3").symlink_to(REAL)
    nothing = NOWHERE | {"PIP_FIND_LINKS": "", "PIP_NO_CACHE_DIR": "1"}
    words = words_of(bench.make("setup", environment=nothing))
    assert words.startswith("modelway: packages cannot be installed: ")
    assert "uv==" in words
    assert "the package index is needed this once" in words
    assert "UV_DEFAULT_INDEX" in words
    assert (bench.environment / ".uv.begun").exists()
    assert not (bench.environment / ".uv").exists()


def test_what_is_whole_is_not_made_again(made: Workbench, tmp_path: Path) -> None:
    assert offline(made, ".venv/.uv").stdout == "make: '.venv/.uv' is up to date.\n"
    assert not is_made_anew(at_home(copied(made, tmp_path)))


def test_a_copied_or_moved_environment_is_made_anew(made: Workbench, tmp_path: Path) -> None:
    assert is_made_anew(copied(made, tmp_path))


def test_an_environment_whose_python_is_gone_is_made_anew(made: Workbench, tmp_path: Path) -> None:
    copy = at_home(copied(made, tmp_path))
    (copy.environment / "bin" / "python").unlink()
    (copy.environment / "bin" / "python").symlink_to("/nowhere/python")
    assert is_made_anew(copy)


def test_a_stage_that_was_broken_off_is_not_whole(made: Workbench, tmp_path: Path) -> None:
    environment = Environment(at_home(copied(made, tmp_path)).environment)
    assert environment.fits()
    environment.begun("uv").touch()
    assert not environment.has("uv")


def test_a_folder_that_is_no_environment_is_not_emptied(tmp_path: Path) -> None:
    bench = small(tmp_path)
    thesis = bench.checkout / "thesis" / "thesis.txt"
    thesis.parent.mkdir()
    thesis.write_text("three years")
    words = words_of(offline(bench, "VENV=thesis", "thesis/.uv"))
    assert "thesis is no Python environment; name another folder" in words
    assert thesis.read_text() == "three years"


@pytest.fixture
def heard() -> Iterator[None]:
    """Let programs hear ctrl-C, whose parents may be a shell's background job, which does not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_ctrl_c_is_told_and_the_next_make_mends_it(tmp_path: Path) -> None:
    bench = small(tmp_path)
    program = [REAL, "-I", "local/setup/environment.py", ".venv", "uv"]
    begun = subprocess.Popen(
        program, cwd=bench.checkout, env=bench.variables(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert begun.stdout is not None
    assert begun.stdout.readline().startswith("==> creating .venv")
    begun.send_signal(signal.SIGINT)
    _, words = begun.communicate(timeout=120)
    assert (begun.returncode, words) == (130, "modelway: interrupted; the next make goes on from here\n")
    assert offline(bench, ".venv/.uv").returncode == 0
    assert Environment(bench.environment).has("uv")


def test_two_makes_at_once_make_it_once(tmp_path: Path) -> None:
    bench = small(tmp_path)
    command = ["make", ".venv/.uv"]
    makes = [
        subprocess.Popen(command, cwd=bench.checkout, env=bench.variables(), stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [each.communicate(timeout=240)[0] for each in makes]
    assert [each.returncode for each in makes] == [0, 0]
    assert "".join(said).count("creating .venv") == 1


def test_a_disk_without_room_is_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.setup.environment.ROOM_MB", 10**9)
    with pytest.raises(Refused, match=rf"the disk of {tmp_path} has \d+ MB free and \.venv needs 1000000000 MB"):
        check_room(tmp_path)


def test_this_checkout_s_environment_fits() -> None:
    if Path(sys.prefix) != REPOSITORY / ".venv":
        pytest.skip(f"the tests run in {sys.prefix}, which make did not make")
    assert Environment(REPOSITORY / ".venv").fits()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("WARNING: retrying\nERROR: No matching distribution found for uv==0.13.9\n", "No matching distribution found"),
        ("  x Failed to fetch: `https://x/`\n  ╰─▶ dns error\n", "dns error"),
        ("error: broken\n\nhint: try this\n", "error: broken"),
        ("", ""),
    ],
)
def test_the_reason_is_the_last_line_that_says_something(said: str, told: str) -> None:
    assert reason(said).startswith(told)
