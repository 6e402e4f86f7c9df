"""What a home remembers of the images that Docker keeps for it."""

from dataclasses import dataclass
from pathlib import Path

from local.engine.contract import Image
from local.record import read_record, write_record


@dataclass(frozen=True)
class DockerImage(Image):
    """An image that Docker has pulled under this name."""

    reference: str


class DockerImages:
    """The folder `images/docker/` of a home: one record an image, by digest."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "images" / "docker"

    def any(self) -> bool:
        """Whether this home has ever run an image of Docker's."""
        return self._folder.is_dir()

    def find(self, digest: str) -> DockerImage | None:
        """The image, if it was pulled before; Docker may have lost it since."""
        record = read_record(self._path(digest))
        return DockerImage(digest, record["reference"]) if record else None

    def add(self, image: DockerImage) -> None:
        """Remember the image."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_record(self._path(image.digest), {"reference": image.reference})

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest.replace(':', '-')}.json"
