"""Tags, branches, commits and values that want to be commands: refused, or only text."""

import os
from pathlib import Path
from typing import Any

import pytest

from ci import envfile, git
from modelway.errors import InputError
from tests.ci.repository import Repository

TEXTS = [
    "feat: $(touch pwned)",
    "feat: `touch pwned`",
    'feat: "; touch pwned; rm -rf .; "',
    "feat: '; touch pwned #",
    "feat: a | touch pwned\n\nMODEL_VERSION=9.9.9\nIMAGE=evil",
    "feat: a\r\nMODEL_VERSION=9.9.9",
    "feat: a\u2028MODEL_VERSION=9.9.9",
    "feat: \u202e\u0661.0.0 \x1b[2J\x07",
    "feat: " + "a" * 1_000_000,
    "--output=pwned",
]
REFS = [
    "$(touch${IFS}pwned)",
    "`touch${IFS}pwned`",
    ";touch${IFS}pwned",
    '"|touch${IFS}pwned',
    "a'b",
    "\u0661.0.0",
    "{}&&()",
]


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which a command that is fooled would leave its file."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def traces(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*pwned*") if ".git" not in path.relative_to(folder).parts]


@pytest.mark.parametrize("text", TEXTS)
def test_a_commit_message_is_only_text(
    run: Any, aws: Any, model: Path, env_file: Path, nowhere: Path, tmp_path: Path, text: str
) -> None:
    repository = Repository.begin(model)
    repository.commit("begin")
    assert run("version", "--source", model).code == 0
    repository.change("train.py", "print(2)\n", message=text)
    env_file.unlink()
    ended = run("version", "--source", model)
    assert ended.code == 0, ended.err
    assert "9.9.9" not in ended.out
    keys = [line.partition("=")[0] for line in env_file.read_bytes().decode().split("\n")]
    assert keys == ["MODEL_PROJECT", "MODEL_NAME", "MODEL_VERSION", "MODEL_SOURCES", ""]
    expected = "1.1.0" if text.startswith("feat") else "1.0.1"
    assert f"MODEL_VERSION={expected}\n" in env_file.read_text()
    assert traces(tmp_path) == []


@pytest.mark.parametrize("ref", REFS)
def test_a_tag_or_branch_is_only_text(
    run: Any, aws: Any, model: Path, env_file: Path, nowhere: Path, tmp_path: Path, ref: str
) -> None:
    repository = Repository.begin(model)
    repository.commit("begin")
    repository.git("checkout", "--quiet", "-b", ref)
    repository.tag(ref, f"v{ref}", f"1.0.0-{ref}", f"breast-cancer/{ref}")
    ended = run("version", "--source", model, CI_COMMIT_TAG=ref, CI_COMMIT_REF_NAME=ref)
    assert ended.code == 0, ended.err
    assert "MODEL_VERSION=1.0.0\n" in env_file.read_text()
    assert traces(tmp_path) == []


@pytest.mark.parametrize("value", ["1.0.0\nIMAGE=evil", "1.0.0\r", "1.0.0\x00", "1.0.0\u2028IMAGE=evil"])
def test_a_value_that_is_more_than_a_line_is_not_carried(tmp_path: Path, value: str) -> None:
    with pytest.raises(InputError, match=r"MODEL_VERSION would be .* which is no line of"):
        envfile.append(tmp_path / "build.env", MODEL_PROJECT="demo", MODEL_VERSION=value)
    assert not (tmp_path / "build.env").exists()


def test_bytes_that_are_no_text_are_read_all_the_same(model: Path) -> None:
    repository = Repository.begin(model)
    first = repository.commit("begin")
    os.rename(model / "train.py", os.fsencode(model) + b"/train\xff.py")
    repository.commit("begin again")
    repository.git(
        "-c", "user.name=\udcff", "-c", "i18n.commitEncoding=latin-9", "commit", "--allow-empty", "-m", "\udcff"
    )
    assert git.author(model).isprintable()
    assert len(git.messages_since(model, first) or []) == 2
    assert any(path.endswith("\udcff.py") for path in git.tracked(model) or [])


@pytest.mark.parametrize(
    "commit", ["", "--all", "HEAD", "main", "0" * 40, "-dirty", "--output=pwned", "a" * 39, "\u0661" * 40]
)
def test_a_commit_that_is_none_is_not_in_the_history(model: Path, commit: str, nowhere: Path) -> None:
    Repository.begin(model).commit("begin")
    assert git.messages_since(model, commit) is None
    assert list(nowhere.iterdir()) == []


def test_what_looks_like_a_repository_inside_a_model_starts_nothing(model: Path, tmp_path: Path) -> None:
    program = tmp_path / "touch-pwned"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned\n")
    program.chmod(0o755)
    outer = Repository.begin(model.parent)
    trap = Repository.begin(tmp_path / "trap")
    trap.commit("begin")
    (trap.folder / ".git").rename(model / "bare")
    for path in (model / "bare").iterdir():
        path.rename(model / path.name)
    (model / "bare").rmdir()
    (model / "config").write_text(f"[core]\nbare = false\nworktree = .\nfsmonitor = {program}\n")
    outer.git("add", "breast-cancer/train.py")
    with pytest.raises(InputError, match="git cannot read"):
        git.tracked(model)
    assert traces(tmp_path) == [program]


def test_a_repository_s_own_monitor_is_not_started(model: Path, tmp_path: Path) -> None:
    program = tmp_path / "touch-pwned"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned\n")
    program.chmod(0o755)
    repository = Repository.begin(model)
    head = repository.commit("begin")
    repository.git("config", "core.fsmonitor", str(program))
    assert git.commit(model) == head
    assert git.tracked(model) == ["inference.py", "model.toml", "train.py"]
    assert traces(tmp_path) == [program]
