"""A plan as its job leaves it for the one that applies it: the file, of what it is, and what it would do."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from ci import git
from ci.changes import Change
from modelway.errors import InputError, NotFound, Refused

AGAIN = "run the plan job of this pipeline again, and apply its plan"


@dataclass(frozen=True)
class Folder:
    """Where the files of one environment's plan lie."""

    path: Path
    environment: str

    @property
    def plan(self) -> Path:
        """What Terraform applies."""
        return self.path / f"{self.environment}.tfplan"

    @property
    def record(self) -> Path:
        """Of what the plan is."""
        return self.path / f"{self.environment}.planned.json"

    @property
    def summary(self) -> Path:
        """The plan for people."""
        return self.path / f"{self.environment}.md"

    @property
    def report(self) -> Path:
        """The plan for GitLab's widget."""
        return self.path / f"{self.environment}.json"


class Planned(BaseModel):
    """Whose plan it is, of which commit, its changes, and the digests of these and of the files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    environment: str
    commit: str
    digest: str
    file: str
    archives: dict[str, str]
    changes: tuple[Change, ...]

    def leave(self, folder: Folder) -> Self:
        """Write it beside the plan."""
        folder.record.write_text(self.model_dump_json(indent=2))
        return self

    def require(self, *, environment: str, commit: str) -> None:
        """Refuse a plan of another environment or commit, or of files that no commit has."""
        if self.environment != environment:
            raise Refused(f"the plan is of {self.environment}, not of {environment}; {AGAIN}")
        if self.commit != commit:
            raise Refused(f"the plan is of commit {_shown(self.commit)}, and this is {_shown(commit)}; {AGAIN}")
        if commit.endswith("-dirty"):
            raise Refused(f"files differ from commit {_shown(commit)}; commit them, plan again, and apply that plan")

    def require_archives(self, archives: dict[str, bytes]) -> None:
        """Refuse when a zip file has other bytes than it had for the plan: another Python may pack otherwise."""
        if changed := sorted(name for name, sum_ in sums(archives).items() if self.archives.get(name) != sum_):
            raise Refused(f"{', '.join(changed)} differ from what was planned; give both jobs one image, and {AGAIN}")


def find(folder: Folder) -> Planned:
    """Return what the plan job has left; NotFound without it, Refused for a file that is not the one it made."""
    try:
        planned = Planned.model_validate_json(folder.record.read_bytes())
        file = file_sum(folder.plan)
    except FileNotFoundError as error:
        raise NotFound(f"{error.filename} is not there: there is no plan of {folder.environment}; {AGAIN}") from error
    except (OSError, ValidationError) as error:
        raise InputError(f"{folder.record} is not what `plan` leaves; {AGAIN}") from error
    if planned.file != file:
        raise Refused(f"{folder.plan} is not the file that `plan` has left; {AGAIN}")
    return planned


def commit_of(root: Path) -> str:
    """Return the commit that the root is of, with `-dirty` where files differ; `none` outside of git."""
    return git.commit(root) or "none"


def sums(archives: dict[str, bytes]) -> dict[str, str]:
    """Return the digest of each zip file."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in archives.items()}


def file_sum(plan: Path) -> str:
    """Return the digest of the file."""
    return hashlib.sha256(plan.read_bytes()).hexdigest()


def _shown(commit: str) -> str:
    word, dash, dirty = commit.partition("-")
    return f"{word[:8]}{dash}{dirty}"
