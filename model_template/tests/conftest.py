"""What the tests share: the data, and a model trained on them, made once."""

# mypy: disable-error-code="import-not-found,import-untyped"
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import data
import train


@pytest.fixture(scope="session")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that data.py writes."""
    folder = tmp_path_factory.mktemp("data")
    data.main(str(folder))
    return folder


@pytest.fixture(scope="session")
def model_dir(rows: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder that train.py leaves, with the hyperparameters of a desk."""
    folder = str(tmp_path_factory.mktemp("model"))
    train.main(["--train", str(rows / "train"), "--model-dir", folder])
    return folder
