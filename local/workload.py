"""The jobs, endpoints and functions that the local AWS runs, told from their processes' environment."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from local.home import Home
from local.memory import Memory, memory_of

KINDS = {
    "training-job": "training job",
    "processing-job": "processing job",
    "transform-job": "transform job",
    "endpoint": "endpoint",
}


@dataclass(frozen=True)
class Workload:
    """One job, endpoint or function with all its processes."""

    kind: str
    name: str
    pid: int
    since: float
    memory: Memory


def workloads(home: Home, processes: Iterable[psutil.Process]) -> list[Workload]:
    """What runs among these processes of the local AWS, oldest first."""
    groups: dict[tuple[str, str], list[psutil.Process]] = {}
    for process in processes:
        if (label := _label(home, process)) is not None:
            groups.setdefault(label, []).append(process)
    found = [_workload(kind, name, members) for (kind, name), members in groups.items()]
    return sorted(found, key=lambda workload: workload.since)


def _workload(kind: str, name: str, members: list[psutil.Process]) -> Workload:
    first = min(members, key=lambda process: process.create_time())
    return Workload(kind, name, first.pid, first.create_time(), memory_of(members))


def _label(home: Home, process: psutil.Process) -> tuple[str, str] | None:
    """Kind and name; a container's HOME lies in aws/sagemaker/work/{region}/{kind}/{name}."""
    try:
        environment = process.environ()
    except (psutil.Error, OSError):
        return None
    if function := environment.get("AWS_LAMBDA_FUNCTION_NAME"):
        return "function", function
    place, work = Path(environment.get("HOME", "/")), home.root / "aws" / "sagemaker" / "work"
    if not place.is_relative_to(work):
        return None
    _, kind, name, *_ = place.relative_to(work).parts
    return KINDS.get(kind, kind), name
