"""Which files are a model's sources, and what goes from job to job."""

import subprocess
from pathlib import Path, PurePosixPath

import pytest

from ci import envfile, source
from modelway.errors import InputError


def names(folder: Path) -> list[str]:
    return [str(path) for path in source.files(folder)]


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True)


def test_outside_git_the_sources_are_what_lies_there(model: Path) -> None:
    for path in ("features/numbers.py", "data/train/train.csv", "model/model.joblib", "tests/test_train.py"):
        (model / path).parent.mkdir(parents=True, exist_ok=True)
        (model / path).write_text("x")
    for path in (".venv/bin/python", "features/__pycache__/numbers.pyc", ".env"):
        (model / path).parent.mkdir(parents=True, exist_ok=True)
        (model / path).write_text("x")
    assert names(model) == ["features/numbers.py", "inference.py", "model.toml", "train.py"]


def test_a_folder_called_data_deeper_down_is_a_source(model: Path) -> None:
    (model / "features" / "data").mkdir(parents=True)
    (model / "features" / "data" / "words.txt").write_text("x")
    assert "features/data/words.txt" in names(model)


def test_in_git_the_sources_are_what_git_tracks(model: Path) -> None:
    (model / "notes.txt").write_text("x")
    (model / "gone.py").write_text("x")
    git(model, "init", "--quiet")
    git(model, "add", "train.py", "model.toml", "gone.py")
    (model / "gone.py").unlink()
    assert names(model) == ["model.toml", "train.py"]


def test_a_part_of_a_repository_has_only_its_own_files(model: Path) -> None:
    git(model.parent, "init", "--quiet")
    git(model.parent, "add", "breast-cancer/train.py")
    (model.parent / "other.py").write_text("x")
    assert names(model) == ["train.py"]


def test_a_folder_that_git_ignores_is_read_as_it_lies(model: Path) -> None:
    git(model.parent, "init", "--quiet")
    (model.parent / ".gitignore").write_text("*\n")
    assert names(model) == ["inference.py", "model.toml", "train.py"]


def test_a_large_file_is_data_in_the_wrong_place(model: Path) -> None:
    with (model / "weights.bin").open("wb") as file:
        file.truncate(51 * 1024 * 1024)
    with pytest.raises(InputError, match=r"weights\.bin has 51 MB, a source may have 50"):
        source.files(model)


def test_a_link_is_refused(model: Path) -> None:
    (model / "passwords").symlink_to("/etc/passwd")
    with pytest.raises(InputError, match="passwords is not an ordinary file"):
        source.files(model)


def test_of_the_runtime_every_python_file_counts(tmp_path: Path) -> None:
    (tmp_path / "serve.py").write_text("")
    (tmp_path / "serve.pyc").write_text("")
    assert source.runtime_files(tmp_path) == [PurePosixPath("serve.py")]


def test_the_last_value_of_a_key_holds(tmp_path: Path) -> None:
    envfile.append(tmp_path / "build.env", MODEL_VERSION="1.0.0", IMAGE="a=b")
    envfile.append(tmp_path / "build.env", MODEL_VERSION="1.0.1")
    assert envfile.read(tmp_path / "build.env") == {"MODEL_VERSION": "1.0.1", "IMAGE": "a=b"}


def test_a_line_that_is_no_value_is_named(tmp_path: Path) -> None:
    (tmp_path / "build.env").write_text("MODEL_VERSION 1.0.0\n")
    with pytest.raises(InputError, match=r"has the line 'MODEL_VERSION 1\.0\.0'; write KEY=value"):
        envfile.read(tmp_path / "build.env")
