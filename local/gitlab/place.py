"""Where the local GitLab keeps what it knows."""

import random
from dataclasses import dataclass
from pathlib import Path

from local.home import Home
from local.ports import RANGE, is_free
from local.record import read_record, write_record


@dataclass(frozen=True)
class Place:
    """The folder `gitlab` of a platform's home."""

    root: Path

    @property
    def key(self) -> Path:
        """What tokens are signed with."""
        return self.root / "key.pem"

    @property
    def repositories(self) -> Path:
        """Bare repositories, by their projects' paths."""
        return self.root / "repositories"

    @property
    def images(self) -> Path:
        """A Python environment for each project and image, as warm as a runner's."""
        return self.root / "images"

    @property
    def pipelines(self) -> Path:
        """A folder a pipeline: its record, its checkout, its jobs' logs and artifacts."""
        return self.root / "pipelines"

    @property
    def port(self) -> int:
        """Where it listens; kept, because ml-ops' models.toml names the server."""
        file = self.root / "server.json"
        known = read_record(file)
        if known is None:
            # By chance, since it is free whenever no command runs: two platforms must not both keep the first.
            ports = random.SystemRandom().sample(RANGE, len(RANGE))
            known = {"port": next(port for port in ports if is_free(port))}
            write_record(file, known)
        return int(known["port"])

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"


def place_in(home: Home) -> Place:
    """The local GitLab of this platform; its folder is made."""
    place = Place(home.root / "gitlab")
    for folder in (place.root, place.repositories, place.images, place.pipelines):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place
