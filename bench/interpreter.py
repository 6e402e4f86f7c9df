"""Fresh Python processes that time a piece of themselves."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.checkout import CHECKOUT
from bench.errors import BenchError

# Each start would compile everything again, or look for modules where a user keeps some.
SLOWING = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "PYTHONPROFILEIMPORTTIME")
# Processor time: an import waits for nothing, so this is what the clock says where nothing else runs.
STOPWATCH = "import sys, time\n{}\nbegin = time.process_time()\n{}\nsys.stdout.write(str(time.process_time() - begin))"


def seconds_of(
    source: str,
    *options: str,
    after: str = "",
    environment: Mapping[str, str] | None = None,
    cwd: Path = CHECKOUT,
) -> float:
    """How long these lines of Python take in a process of their own, its start and the lines before not counted."""
    return float(printed(*options, "-c", STOPWATCH.format(after, source), environment=environment, cwd=cwd))


def answer_of(*arguments: str, environment: Mapping[str, str] | None = None) -> Any:
    """The JSON that a Python program prints as its last line."""
    return json.loads(printed(*arguments, environment=environment))


def printed(*arguments: str, environment: Mapping[str, str] | None = None, cwd: Path = CHECKOUT) -> str:
    """The last line that a Python process prints; raises BenchError when it fails or says nothing."""
    command = [sys.executable, *arguments]
    variables = clean_environment() if environment is None else dict(environment)
    done = subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, check=False)
    if done.returncode != 0 or not done.stdout.strip():
        asked = "; ".join(" ".join(arguments).splitlines())[:200]
        raise BenchError(f"python {asked} ended with {done.returncode}:\n{done.stderr.strip()[-2000:]}")
    return done.stdout.strip().splitlines()[-1]


def clean_environment() -> dict[str, str]:
    """The user's environment without what slows Python or leads it astray."""
    return {name: value for name, value in os.environ.items() if name not in SLOWING}
