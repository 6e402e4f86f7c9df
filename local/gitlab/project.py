"""The projects of the local GitLab: ml-ops, and each model repository that was ever pushed."""

import re
from dataclasses import dataclass
from pathlib import Path

from local.gitlab.place import Place
from local.record import read_record, write_record

BRANCH = "main"
FIRST_MODEL = 42


@dataclass(frozen=True)
class Project:
    """A project: its number, and its path in the group's name."""

    id: int
    path: str

    def repository(self, place: Place) -> Path:
        """Its bare repository."""
        return place.repositories / f"{self.path}.git"

    def url(self, place: Place) -> str:
        """Its page."""
        return f"{place.url}/{self.path}"


ML_OPS = Project(1, "platform/ml-ops")


def model_project(place: Place, folder: Path) -> Project:
    """The project of the model repository in this folder; a new one at its first push."""
    file = place.root / "projects.json"
    known = read_record(file) or {}
    if str(folder) not in known:
        name = re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-") or "model"
        taken = {entry["path"] for entry in known.values()}
        path = f"team/{name}" if f"team/{name}" not in taken else f"team/{name}-{FIRST_MODEL + len(known)}"
        known[str(folder)] = {"id": FIRST_MODEL + len(known), "path": path}
        write_record(file, known)
    return Project(**known[str(folder)])


def projects(place: Place) -> list[Project]:
    """All of them."""
    known = read_record(place.root / "projects.json") or {}
    return [ML_OPS, *(Project(**entry) for entry in known.values())]
