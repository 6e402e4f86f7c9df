"""A model's folder, read only as far as the platform must know it; `python -m ci check` judges the rest."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from local.errors import ModelUnreadable


@dataclass(frozen=True)
class Model:
    """Which model a folder holds, and who hears about it."""

    project: str
    name: str
    addresses: tuple[str, ...]


def read_model(folder: Path) -> Model:
    """The model that `model.toml` in this folder names."""
    path = folder / "model.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        model = content["model"]
        addresses = content.get("notify", {}).get("email") or [model["owner"]]
        return Model(model["project"], model["name"], tuple(addresses))
    except FileNotFoundError as error:
        raise ModelUnreadable(
            f"{path} is missing; `push` takes the folder of a model, such as model_template"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ModelUnreadable(f"{path} is not TOML: {error}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelUnreadable(f"{path} lacks {error}; [model] needs project, name and owner") from error
