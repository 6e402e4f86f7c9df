"""Where SageMaker puts things: /opt/ml, or the folder that SAGEMAKER_BASE_DIR names."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT_BASE = "/opt/ml"


@dataclass(frozen=True)
class Folders:
    """The folders of one job or endpoint, below one base."""

    base: Path

    @property
    def model(self) -> Path:
        """Where training leaves the model and serving finds it, unpacked."""
        return self.base / "model"

    @property
    def input(self) -> Path:
        """Where a training job finds its configuration and channels."""
        return self.base / "input"

    @property
    def config(self) -> Path:
        """Where SageMaker writes a training job's three JSON files."""
        return self.input / "config"

    @property
    def output(self) -> Path:
        """Where a job explains its failure."""
        return self.base / "output"

    @property
    def processing(self) -> Path:
        """Where a Processing job finds its inputs and leaves its outputs."""
        return self.base / "processing"

    def moved(self, path: str) -> Path:
        """A folder that a request names as SageMaker knows it, where it is here."""
        return self.base / Path(path).relative_to(DEFAULT_BASE)

    def channel(self, name: str) -> Path:
        """The folder of a training channel's files."""
        return self.input / "data" / name


def folders_of(environ: Mapping[str, str]) -> Folders:
    """The folders that the environment asks for."""
    return Folders(Path(environ.get("SAGEMAKER_BASE_DIR") or DEFAULT_BASE))
