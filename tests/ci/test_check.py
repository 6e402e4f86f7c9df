"""The rules of `check`: words before anything is built, and nothing of the model's is run."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def test_a_model_in_order_passes(run: Any, model: Path) -> None:
    ended = run("check", "--source", model)
    assert ended.code == 0, ended.err
    assert "demo/breast-cancer" in ended.out


def test_a_wrong_model_toml_is_told_by_key_value_and_remedy(run: Any, model: Path) -> None:
    text = (model / "model.toml").read_text().replace("ml.m5.large", "m5.large", 1)
    (model / "model.toml").write_text(text)
    ended = run("check", "--source", model)
    assert ended.code == 2
    assert "train.instances.type is 'm5.large'; use a name such as 'ml.m5.large'" in ended.err


@pytest.mark.parametrize("name", ["model.toml", "train.py", "inference.py"])
def test_a_missing_file_is_named(run: Any, model: Path, name: str) -> None:
    (model / name).unlink()
    ended = run("check", "--source", model)
    assert ended.code == 2
    assert f"{model / name} does not exist" in ended.err


def test_a_model_toml_that_is_not_text_is_named(run: Any, model: Path) -> None:
    (model / "model.toml").write_bytes(b"[model]\nname = '\xff'")
    ended = run("check", "--source", model)
    assert ended.code == 2
    assert "is not UTF-8 text" in ended.err


@pytest.mark.parametrize(
    "text", ["def predict_fn(): ...\n", "class A:\n    def model_fn(self): ...\n", "'model_fn'\n", ""]
)
def test_an_inference_without_model_fn_is_refused(run: Any, model: Path, text: str) -> None:
    (model / "inference.py").write_text(text)
    ended = run("check", "--source", model)
    assert ended.code == 2
    assert "defines no model_fn" in ended.err


@pytest.mark.parametrize("text", ["from loading import model_fn\n", "load = len\nmodel_fn = load\n"])
def test_model_fn_may_be_imported_or_assigned(run: Any, model: Path, text: str) -> None:
    (model / "inference.py").write_text(text)
    (model / "loading.py").write_text("def model_fn(model_dir):\n    return model_dir\n")
    ended = run("check", "--source", model)
    assert ended.code == 0, ended.err + ended.out


def test_an_inference_that_is_not_python_is_named_by_line(run: Any, model: Path) -> None:
    (model / "inference.py").write_text("def model_fn(:\n")
    ended = run("check", "--source", model)
    assert ended.code == 2
    assert "inference.py is not Python" in ended.err
    assert "line 1" in ended.err


def test_an_undefined_name_is_a_finding(run: Any, model: Path) -> None:
    (model / "train.py").write_text("import os\nprint(os.sep, learning_rate)\n")
    ended = run("check", "--source", model)
    assert ended.code == 2
    assert "train.py:2: Undefined variable 'learning_rate' (undefined-variable)" in ended.out


def test_matters_of_style_are_no_findings(run: Any, model: Path) -> None:
    (model / "train.py").write_text("import os, sys\nX=1;y   = 2\ndef F(Arg): return Arg.whatever\n")
    assert run("check", "--source", model).code == 0


def test_packages_that_are_not_installed_here_are_no_findings(run: Any, model: Path) -> None:
    (model / "train.py").write_text("import lightgbm_nowhere\nfrom json import nothing\nlightgbm_nowhere.train()\n")
    assert run("check", "--source", model).code == 0


def test_nothing_of_the_model_is_run(run: Any, model: Path, tmp_path: Path) -> None:
    marker = tmp_path / "was_run"
    bomb = f"open({str(marker)!r}, 'a').write(__name__)\n"
    for name in [*sorted(sys.stdlib_module_names), "pylint_plugin", "dill", "numpy", "isort", "conftest"]:
        (model / f"{name}.py").write_text(bomb)
    (model / "inference.py").write_text(f"{bomb}def model_fn(model_dir):\n    return model_dir\n")
    (model / ".pylintrc").write_text(f"[MAIN]\ninit-hook={bomb.strip()}\nload-plugins=pylint_plugin\n")
    (model / "pyproject.toml").write_text(f'[tool.pylint.main]\ninit-hook = "{bomb.strip()}"\n')
    run("check", "--source", model)
    assert not marker.exists(), marker.read_text()


def test_a_models_own_pylintrc_does_not_hide_findings(run: Any, model: Path) -> None:
    (model / ".pylintrc").write_text("[MESSAGES CONTROL]\ndisable=all\n")
    (model / "train.py").write_text("print(undefined_name)\n")
    assert run("check", "--source", model).code == 2


def test_a_wrong_finding_can_be_silenced_where_it_stands(run: Any, model: Path) -> None:
    (model / "train.py").write_text("print(injected)  # pylint: disable=undefined-variable\n")
    assert run("check", "--source", model).code == 0


def test_a_python_file_that_git_does_not_know_is_said(run: Any, model: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(model)], check=True)
    subprocess.run(["git", "-C", str(model), "add", "."], check=True)
    (model / "features.py").write_text("")
    ended = run("check", "--source", model)
    assert ended.code == 0
    assert "features.py: not in git" in ended.err


def test_a_folder_that_does_not_exist_is_a_wrong_use(run: Any, tmp_path: Path) -> None:
    ended = run("check", "--source", tmp_path / "nowhere")
    assert ended.code == 2
    assert "nowhere" in ended.err


def test_a_model_with_a_dockerfile_starts_its_own_programs(run: Any, model: Path) -> None:
    for name in ("train.py", "inference.py"):
        (model / name).unlink()
    (model / "Dockerfile").write_text("FROM scratch\n")
    assert run("check", "--source", model).code == 0
