"""The rule that who has pushed a version does not approve it, where models.toml asks for a second person."""

from typing import Any

from modelway.aws import releases
from modelway.errors import Refused
from modelway.names import ModelId
from modelway.release import Person, Release
from modelway.versions import TrainedVersion


def require_second_person(s3: Any, model: ModelId, version: TrainedVersion, *, bucket: str, approver: Person) -> None:
    """Refuse an approver who has pushed the version's sources; those of `1.4.0+r2` are those of 1.4.0."""
    release = releases.find_release(s3, model, version.image, bucket=bucket)
    if release is None or not release.pushed_by:
        raise Refused(
            f"{model} {version}: nobody is proven to have pushed it, and models.toml asks for a second person;"
            " push a change through GitLab, so that its next version's release says who did"
        )
    if is_pusher(approver, release):
        raise Refused(
            f"{model} {version} was pushed by {_names(release)}, and {approver.login} would approve it: models.toml"
            " asks for a second person; let somebody else press the button"
        )


def is_pusher(person: Person, release: Release) -> bool:
    """Whether the person is one of those who pushed; GitLab tells no `Ana` from `ana`, and a name can be changed."""
    return any(
        person.id == pusher.id or person.login.casefold() == pusher.login.casefold() for pusher in release.pushed_by
    )


def _names(release: Release) -> str:
    return " and ".join(pusher.login for pusher in release.pushed_by)
