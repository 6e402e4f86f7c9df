"""What the platform reads of a model's folder."""

from pathlib import Path

import pytest

from local.errors import ModelUnreadable
from local.source import Model, read_model

MODEL = '[model]\nproject = "demo"\nname = "churn"\nowner = "owner@example.com"\n'


def a_folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "model.toml").write_text(text)
    return tmp_path


def test_the_notified_are_told(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, MODEL + '[notify]\nemail = ["a@example.com", "b@example.com"]\n')
    assert read_model(folder) == Model("demo", "churn", ("a@example.com", "b@example.com"))


def test_without_anyone_to_notify_the_owner_is_told(tmp_path: Path) -> None:
    assert read_model(a_folder(tmp_path, MODEL)).addresses == ("owner@example.com",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[model", "is not TOML"),
        ("", "lacks 'model'"),
        ('[model]\nproject = "demo"\n', "lacks 'owner'"),
        ("model = 3\n", r"\[model\] needs project, name and owner"),
    ],
)
def test_a_model_toml_that_names_no_model_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ModelUnreadable, match=words):
        read_model(a_folder(tmp_path, text))


def test_a_folder_without_model_toml_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelUnreadable, match=r"model\.toml is missing.*model_template"):
        read_model(tmp_path)
