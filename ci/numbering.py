"""Which number a model's next version gets: above all that are taken, by as much as its commits ask for."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from semver import Version

from ci import commits, git
from modelway import names
from modelway.aws import images, releases
from modelway.aws.releases import Shelf
from modelway.names import ModelId
from modelway.versions import Bump, TrainedVersion, find_version, next_version


@dataclass(frozen=True)
class Step:
    """How far the next version is above the others, and why."""

    bump: Bump
    reason: str

    def __str__(self) -> str:
        return f"{self.bump}, {self.reason}"


@dataclass(frozen=True)
class Numbering:
    """A model's numbers, in git, in ECR and in the bucket."""

    model: ModelId
    taken: list[Version]
    step: Step

    @property
    def reason(self) -> str:
        """Why the version will be what it is."""
        return str(self.step) if self.taken else "the first"

    def after(self, last: Version | None) -> Version:
        """Return the next version, also above the last that was reserved; InvalidName when AWS has no room for it."""
        version = next_version([*self.taken, *([last] if last else [])], bump=self.step.bump)
        names.model_name(self.model, TrainedVersion(version), trained_at=datetime.now(UTC))
        return version


def numbering(source: Path, model: ModelId, *, ecr: Any, s3: Any, bucket: str, bump: Bump | None) -> Numbering:
    """Look up what is taken, and what the commits ask for unless `bump` says it."""
    tagged = [*git_versions(source, model), *images.tagged_versions(ecr, model.repository)]
    shelf = releases.read_shelf(s3, model, bucket=bucket)
    step = Step(bump, "as was asked for") if bump else _step(source, model, shelf=shelf, s3=s3, bucket=bucket)
    return Numbering(model, [*tagged, *shelf.taken], step)


def git_versions(source: Path, model: ModelId) -> list[Version]:
    """Return the model's versions among git's tags: `{model}/1.4.0`, and `1.4.0` where the whole repository is it."""
    prefix = f"{model.model}/"
    own = [tag for tag in git.tags(source) if tag.startswith(prefix) or git.is_top(source)]
    return [version for tag in own if (version := find_version(tag.removeprefix(prefix)))]


def _step(source: Path, model: ModelId, *, shelf: Shelf, s3: Any, bucket: str) -> Step:
    """Count from the last version that was reserved or, where that is of another branch, from the last release."""
    for version in dict.fromkeys((*shelf.taken[-1:], *shelf.released[-1:])):
        messages = git.messages_since(source, _commit(s3, model, version, bucket=bucket))
        if messages is not None:
            bump = commits.bump_of(messages)
            return Step(bump, f"{len(messages)} {'commit' if len(messages) == 1 else 'commits'} since {version}")
    return Step(Bump.PATCH, "no version is in its history")


def _commit(s3: Any, model: ModelId, version: Version, *, bucket: str) -> str:
    release = releases.find_release(s3, model, version, bucket=bucket)
    return release.commit if release else str(releases.read_note(s3, model, version, bucket=bucket).get("commit", ""))
