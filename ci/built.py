"""The image that the job `build` has left in GitLab's own registry, for a job that may push it to ECR."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ci.depot import Depot
from modelway.errors import InputError

REFERENCE = re.compile(r"(?P<address>[\w.:/-]+)@(?P<digest>sha256:[0-9a-f]{64})")


@dataclass(frozen=True)
class Built:
    """Where it is."""

    depot: Depot
    digest: str

    def __str__(self) -> str:
        return f"{self.depot.address}@{self.digest}"

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file that `build` has written; InputError when it has not."""
        if not path.is_file():
            raise InputError(f"{path} does not exist; run `build` first, or leave --built out to build here")
        found = REFERENCE.fullmatch(path.read_text().strip())
        if found is None:
            raise InputError(f"{path} names no image by its digest; run `build` again")
        return cls(registry(found["address"]), found["digest"])


def registry(address: str) -> Depot:
    """Return a repository of GitLab's registry, with the job's own right to it."""
    return Depot(
        address, user=os.environ.get("CI_REGISTRY_USER", ""), password=os.environ.get("CI_REGISTRY_PASSWORD", "")
    )
