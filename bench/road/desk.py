"""The platform of the bench, and what a user does at it."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bench.errors import BenchError
from bench.interpreter import clean_environment
from bench.road.airflow import Airflow
from bench.road.calls import Call, read_calls
from bench.road.meter import commands_seconds, tree_seconds
from bench.road.program import Span, run
from bench.road.workplace import Workplace
from local.home import Home
from local.platform import known_platform
from local.supervisor import Supervisor


@dataclass(frozen=True)
class Desk:
    """One platform; of its commands only the exit code is used."""

    place: Workplace

    def local(self, *words: str) -> Span:
        """Run one `python -m local` command to its end."""
        command = [sys.executable, "-m", "local", *words, "--home", str(self.place.home)]
        return run(command, cwd=self.place.checkout, environment=clean_environment())

    @cached_property
    def airflow(self) -> Airflow:
        """The platform's Airflow, once it is up."""
        record = json.loads((self.place.home / "platform.json").read_text())
        return Airflow(f"http://127.0.0.1:{record['ports']['airflow']}")

    def calls(self, within: Span) -> list[Call]:
        """What was asked of the local AWS in this time."""
        return read_calls(self.place.home / "aws" / "calls.jsonl", within=within)

    def cpu_seconds(self) -> dict[str, float]:
        """What each process of the platform has used so far, with all it started; and what our commands have."""
        platform = known_platform(Home(self.place.home))
        if platform is None:
            raise BenchError(f"{self.place.home} holds no platform; `python -m local up` said that it does")
        used = {process.name: tree_seconds(process.pid) for process in Supervisor(platform).processes()}
        return used | {"commands": commands_seconds()}

    def jobs_python(self) -> Path:
        """The Python of the image's environment, in which the jobs run."""
        built = [marker.parent for marker in (self.place.home / "images" / "envs").glob("*/complete")]
        if len(built) != 1:
            raise BenchError(f"{self.place.home}/images/envs holds {len(built)} environments; the bench needs one")
        return built[0] / "bin" / "python"


@contextmanager
def opened(place: Workplace) -> Iterator[Desk]:
    """A desk whose platform is up, and down again at the end, whatever comes."""
    desk = Desk(place)
    try:
        desk.local("up")
        yield desk
    finally:
        desk.local("down")
