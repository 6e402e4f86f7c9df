"""Where the local GitLab keeps what it knows."""

from dataclasses import dataclass
from pathlib import Path

from local.home import Home
from local.ports import pick_port
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
    def server(self) -> Path:
        """The record of where it listens."""
        return self.root / "server.json"

    @property
    def port(self) -> int:
        """Where it listens; kept, because ml-ops' models.toml names the server."""
        known = read_record(self.server)
        if known is None:
            known = {"port": pick_port()}
            write_record(self.server, known)
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
