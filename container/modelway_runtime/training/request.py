"""What SageMaker asks of a training container: the three files in input/config."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelway_runtime.errors import ConfigurationError
from modelway_runtime.folders import Folders
from modelway_runtime.training.cluster import Cluster
from modelway_runtime.training.hyperparameters import decoded


@dataclass(frozen=True)
class Request:
    """Hyperparameters, channels and machines of one training job."""

    hyperparameters: Mapping[str, Any]
    channels: Mapping[str, Any]
    cluster: Cluster


def read_request(folders: Folders) -> Request:
    """The job's request; a file that is not there counts as empty, as at a desk."""
    return Request(
        hyperparameters=decoded(_object(folders.config / "hyperparameters.json")),
        channels=_object(folders.config / "inputdataconfig.json"),
        cluster=Cluster(_object(folders.config / "resourceconfig.json")),
    )


def _object(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ConfigurationError(f"{path} is not JSON ({error}); SageMaker writes it, so look at the job") from error
    if not isinstance(value, dict):
        raise ConfigurationError(f"{path} holds {type(value).__name__}; it must hold an object of names and values")
    return value
