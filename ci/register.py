"""The register, models.toml: which GitLab signs who runs a job, and which project may bring which models."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from modelway.errors import InputError, Refused
from modelway.names import ModelId

ProjectNumber = Annotated[int, Field(gt=0, strict=True)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GitLab(_Frozen):
    """The server that signs, and the project and protected branch in which our pipelines run."""

    server: Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._/-]*[A-Za-z0-9])?$")]
    project: ProjectNumber
    branch: str = "main"


class Project(_Frozen):
    """A model repository: its protected branch, its models, and whether who pushed one may approve it too."""

    id: ProjectNumber
    branch: str = "main"
    models: Annotated[tuple[str, ...], Field(min_length=1)]
    second_person: Annotated[bool, Field(strict=True)] = False


class Register(_Frozen):
    """The whole file."""

    gitlab: GitLab
    projects: tuple[Project, ...] = ()

    @model_validator(mode="after")
    def _require_one_owner(self) -> Self:
        models = Counter(model for project in self.projects for model in project.models)
        ids = Counter(project.id for project in self.projects)
        if twice := [str(each) for each, count in (models + ids).items() if count > 1]:
            raise ValueError(f"{', '.join(twice)} is there twice; a model has one project, and a project one entry")
        return self

    def project(self, number: int) -> Project:
        """Return the project's entry; Refused when it has none."""
        for project in self.projects:
            if project.id == number:
                return project
        raise Refused(
            f"project {number} is not registered; add [[projects]] with id = {number} to models.toml, "
            "in a merge request to ml-ops"
        )

    def asks_second_person(self, model: ModelId) -> bool:
        """Whether the model's approval has to be another person's than its push."""
        return any(project.second_person for project in self.projects if str(model) in project.models)


def read_register(path: Path) -> Register:
    """Return what the file says."""
    try:
        return Register.model_validate(tomllib.loads(path.read_text()))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; docs/gitlab.md says what it holds") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not TOML: {error}; mend the line") from error
    except ValidationError as error:
        raise InputError(f"{path}: {_first(error)}; docs/gitlab.md says what it holds") from error


def require_owner(project: Project, model: ModelId) -> None:
    """Refuse a model that another project owns, or none."""
    if str(model) not in project.models:
        raise Refused(
            f"{model} is not a model of project {project.id}, which has {', '.join(project.models)}; use one of its "
            "names in model.toml, or register it in models.toml of ml-ops"
        )


def _first(error: ValidationError) -> str:
    found = error.errors()[0]
    where = ".".join(str(part) for part in found["loc"])
    return f"{where}: {found['msg']}" if where else found["msg"]
