"""What a platform is like now: its processes, what they carry, and the room they have."""

import shutil
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import psutil

from local.health import unhealthy_parts
from local.home import Home
from local.memory import Memory, memory_of
from local.neighbours import neighbours, supervisord_of
from local.platform import Platform, known_platform
from local.record import read_record
from local.supervisor import ALIVE, Process, Supervisor
from local.sweep import descendants, marked
from local.workload import Workload, workloads


class State(Enum):
    """The exit code says the same: 0, 1 or 2."""

    UP = "up"
    PARTLY = "partly up"
    DOWN = "down"


@dataclass(frozen=True)
class Part:
    """One supervised process with all that it started, and what of that has a name of its own."""

    process: Process
    memory: Memory
    workloads: tuple[Workload, ...]

    @property
    def lives(self) -> bool:
        """Whether it runs, or has just been started."""
        return self.process.state in ALIVE


@dataclass(frozen=True)
class Room:
    """Bytes on the disk of the platform's folder."""

    free: int
    total: int


@dataclass(frozen=True)
class Push:
    """What `push` carried last, and when."""

    words: str
    at: float


@dataclass(frozen=True)
class Condition:
    """One look at a platform; `left_over` outlived their supervisord, `silent` is one that does not answer."""

    platform: Platform | None
    since: float | None
    parts: tuple[Part, ...]
    unhealthy: tuple[str, ...]
    left_over: int
    silent: int | None
    room: Room | None
    pushed: Push | None
    others: tuple[Path, ...]

    @property
    def state(self) -> State:
        """In one word."""
        if self.since is None:
            return State.DOWN
        whole = not self.unhealthy and all(part.lives for part in self.parts)
        return State.UP if whole else State.PARTLY

    @property
    def memory(self) -> Memory:
        """Of everything together."""
        return sum((part.memory for part in self.parts), start=Memory())


def condition_of(home: Home) -> Condition:
    """Look at the platform of this home, running or not."""
    platform = known_platform(home)
    supervisor = None if platform is None else Supervisor(platform)
    if platform is None or supervisor is None or not supervisor.is_ours():
        return _down(home, platform)
    return Condition(
        platform=platform,
        since=psutil.Process(supervisor.pid()).create_time(),
        parts=tuple(_part(home, process) for process in supervisor.processes()),
        unhealthy=tuple(unhealthy_parts(platform.airflow_url)),
        left_over=0,
        silent=None,
        room=_room(home),
        pushed=_last_push(home),
        others=tuple(neighbours(home)),
    )


def _down(home: Home, platform: Platform | None) -> Condition:
    return Condition(
        platform=platform,
        since=None,
        parts=(),
        unhealthy=(),
        left_over=0 if platform is None else len(marked(platform.identity.id)),
        silent=supervisord_of(home),
        room=_room(home) if home.root.exists() else None,
        pushed=_last_push(home),
        others=tuple(neighbours(home)),
    )


def _part(home: Home, process: Process) -> Part:
    family = descendants(process.pid) if process.state in ALIVE else []
    named = workloads(home, family) if process.name == "aws" else []
    return Part(process, memory_of(family), tuple(named))


def _last_push(home: Home) -> Push | None:
    record = read_record(home.last_push)
    if record is None:
        return None
    return Push(f"{record['project']}/{record['model']} {record['version']}", home.last_push.stat().st_mtime)


def _room(home: Home) -> Room:
    usage = shutil.disk_usage(home.root)
    return Room(usage.free, usage.total)
