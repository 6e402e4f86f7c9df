"""Which model repository a pipeline may carry: by what GitLab signed and models.toml registers, not by variables."""

from dataclasses import dataclass
from pathlib import Path

import click

from ci import identity
from ci.identity import Identity
from ci.register import Project, read_register, require_owner
from ci.source import read_spec
from modelway.errors import InputError, Refused


@dataclass(frozen=True)
class Admission:
    """The job that proved where the sources are from, and its project's entry in the register."""

    server: str
    job: Identity
    project: Project

    def require_model(self, sources: Path, path: str) -> None:
        """Refuse a model that is not the project's own."""
        folder = (sources / path).resolve()
        if not folder.is_relative_to(sources.resolve()):
            raise Refused(f"MODEL_PATH {path!r} leads out of the repository; name a folder in it")
        if not folder.is_dir():
            raise InputError(f"MODEL_PATH {path!r} is no folder of {self.job.project_path}; name the model's")
        model = read_spec(folder).id
        require_owner(self.project, model)
        click.echo(f"{model} is a model of {self.job.project_path}, pushed by {self.job.user_login}")


def admit(register: Path, token: str) -> Admission:
    """Return who started this pipeline; Refused unless it is a registered project's protected branch."""
    known = read_register(register)
    job = identity.verified(token, gitlab=known.gitlab, variable="UPSTREAM_ID_TOKEN")
    project = known.project(job.project_id)
    identity.require_branch(job, branch=project.branch)
    return Admission(known.gitlab.server, job, project)
