"""One call to SageMaker about what is waited for."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Self

from modelway.jobs import Description, Waiting

PAGE_ROWS = 100  # the most that AWS gives


class Purpose(Enum):
    """What a call is for: all that has changed, what was made at about a time, or one resource."""

    CHANGED = "changed"
    MADE = "made"
    ONE = "one"


@dataclass(frozen=True)
class Ask:
    """One call: `name` is the resource it is for, `after` the time from which changes are listed."""

    purpose: Purpose
    operation: str
    request: Mapping[str, Any]
    name: str = ""
    after: float = math.inf

    @classmethod
    def for_changes(cls, kind: Waiting, *, after: float) -> Self:
        """All that has changed since; AWS sorts by no time of change, so every page must be read."""
        request = {"LastModifiedTimeAfter": _moment(after), "MaxResults": PAGE_ROWS}
        return cls(Purpose.CHANGED, kind.list, request, after=after)

    @classmethod
    def for_neighbours(cls, kind: Waiting, name: str, *, created: float) -> Self:
        """The resource and what was made after it, whenever it has changed."""
        order = {"SortBy": "CreationTime", "SortOrder": "Ascending", "MaxResults": PAGE_ROWS}
        return cls(Purpose.MADE, kind.list, {"CreationTimeAfter": _moment(created), **order}, name=name)

    @classmethod
    def for_one(cls, kind: Waiting, name: str) -> Self:
        """The resource itself."""
        return cls(Purpose.ONE, kind.describe, {kind.name_key: name}, name=name)

    @property
    def is_first_page(self) -> bool:
        """Whether it goes on from no other call."""
        return "NextToken" not in self.request

    def next_page(self, answer: Description) -> Self | None:
        """The same call for what the answer left out."""
        token = answer.get("NextToken")
        return replace(self, request={**self.request, "NextToken": token}) if token else None


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
