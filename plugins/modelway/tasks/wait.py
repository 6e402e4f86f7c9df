"""One task's wait for a SageMaker resource, in epoch seconds of AWS's clock, and why it is over."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from modelway.jobs import Description, Kind, allowed_seconds, answered_at, is_final


class Why(StrEnum):
    """Why a wait is over: it came to rest, it is late, or SageMaker may not be asked."""

    REST = "rest"
    DEADLINE = "deadline"
    BLIND = "blind"


@dataclass(frozen=True, eq=False)
class Wait:
    """One task's wait: since when it has not seen the resource, when that was made, when it is late."""

    name: str
    since: float
    created: float
    deadline: float

    @classmethod
    def after(cls, kind: Kind, description: Description) -> Self:
        """The wait that follows a description; one that already shows a final state is over at the first list."""
        created = description["CreationTime"].timestamp()
        changed = changed_at(description, created)
        asked_at = answered_at(description) or changed
        since = min(asked_at, changed) if is_final(kind, description) else asked_at
        begin = created if kind.value.settles else asked_at
        deadline = begin + allowed_seconds(kind, description)
        return cls(name=description[kind.value.name_key], since=since, created=created, deadline=deadline)


def changed_at(row: Description, otherwise: float) -> float:
    """When the resource last changed; a transform job's description does not tell."""
    return float(row["LastModifiedTime"].timestamp()) if "LastModifiedTime" in row else otherwise
