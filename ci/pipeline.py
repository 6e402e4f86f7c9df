"""Who runs a command: a GitLab job, or a person at a desk."""

import getpass
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from ci.upstream import is_commit


@dataclass(frozen=True)
class Pipeline:
    """The job, its pipeline's page, the person who pressed the button and, in ml-ops, the model repository's commit."""

    job: str
    url: str
    person: str
    commit: str = ""

    @classmethod
    def current(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read GitLab's variables; at a desk every call is a job of its own."""
        return cls(
            job=environment.get("CI_JOB_ID") or f"desk-{secrets.token_hex(8)}",
            url=environment.get("CI_PIPELINE_URL", ""),
            person=environment.get("GITLAB_USER_LOGIN") or _user(),
            commit=told if is_commit(told := environment.get("UPSTREAM_SHA", "")) else "",
        )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"  # a container's user without a name
