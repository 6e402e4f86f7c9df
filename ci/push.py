"""The push that a pipeline carries, as `fetch` has read it from GitLab's signed token: a file for the jobs after it."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ci.identity import Identity, Sha
from modelway.errors import InputError
from modelway.release import Person


class Push(BaseModel):
    """Which commit of which project, and who pushed or merged it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    project_id: Annotated[int, Field(gt=0)]
    project_path: str
    commit: Sha
    person: Person

    @classmethod
    def of(cls, job: Identity) -> Self:
        """Return what the job's token proves."""
        return cls(project_id=job.project_id, project_path=job.project_path, commit=job.sha, person=job.person)


def leave(path: Path, push: Push) -> None:
    """Leave it for later jobs."""
    path.write_text(push.model_dump_json(indent=2))


def find(path: Path) -> Push | None:
    """Return what `fetch` has left; None where nothing is proven, as at a desk."""
    try:
        return Push.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise InputError(f"{path} is not what `fetch --models` leaves; run `fetch` again") from error
