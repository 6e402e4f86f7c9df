"""Programs that are timed from their start to their end."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError


@dataclass(frozen=True)
class Span:
    """When something began and ended, in seconds since the epoch."""

    begin: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end - self.begin


def run(command: Sequence[str], *, cwd: Path, environment: Mapping[str, str]) -> Span:
    """Run a program that nobody watches; raises BenchError when it fails."""
    begin = time.time()
    done = subprocess.run(
        list(command), cwd=cwd, env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    span = Span(begin, time.time())
    if done.returncode != 0:
        words = (done.stdout + done.stderr).decode(errors="replace").strip()[-3000:]
        raise BenchError(
            f"{' '.join(command)[:200]} ended with {done.returncode}, so there is nothing to tell:\n{words}"
        )
    return span
