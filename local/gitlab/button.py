"""The deploy button of a trained version's pipeline."""

from dataclasses import dataclass
from pathlib import Path

from local.engine_choice import EngineName
from local.gitlab.pipeline import Pipeline
from local.gitlab.place import Place
from local.home import Home
from local.pushed import Pushed
from local.record import read_record, write_record

JOB = "deploy"


@dataclass(frozen=True)
class Button:
    """Which pipeline's job it is, and by which engine its rules let jobs in."""

    pipeline: int
    job: str
    engine: EngineName


def _file(place: Place, pushed: Pushed) -> Path:
    return place.root / "buttons" / f"{pushed.endpoint}--{pushed.version}.json"


def leave_button(place: Place, pushed: Pushed, pipeline: Pipeline, *, engine: EngineName) -> None:
    """Remember that this pipeline trained the version; a later one's button takes its place."""
    _file(place, pushed).parent.mkdir(exist_ok=True)
    write_record(_file(place, pushed), {"pipeline": pipeline.id, "job": JOB, "engine": engine})


def find_button(home: Home, pushed: Pushed) -> Button | None:
    """The button of a version that came through the local GitLab."""
    found = read_record(_file(Place(home.root / "gitlab"), pushed))
    if found is None:
        return None
    return Button(int(found["pipeline"]), str(found["job"]), EngineName(found.get("engine", EngineName.PROCESS)))
