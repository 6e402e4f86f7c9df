"""Ends what a platform left behind, found by the mark in its environment, never by a name."""

import os
import time
from collections.abc import Iterable

import psutil

MARK = "MODELWAY_PLATFORM"


def marked(platform_id: str) -> list[psutil.Process]:
    """Every process that was started for this platform, but for this one and those that started it."""
    spared = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [p for p in psutil.process_iter() if p.pid not in spared and _mark(p) == platform_id]


def descendants(pid: int) -> list[psutil.Process]:
    """The process and all that it started: those with a cleaned environment carry no mark."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def sweep(platform_id: str, *, also: Iterable[psutil.Process] = (), grace: float = 2.0) -> int:
    """End every marked process, and those named; how many there were."""
    deadline = time.monotonic() + 4 * grace
    swept: set[psutil.Process] = set()
    # A process that forks while it is asked to end can leave a child which the first look did not see.
    while (found := [p for p in {*marked(platform_id), *also} if _lives(p)]) and time.monotonic() < deadline:
        swept.update(found)
        _end(found, grace=grace)
    return len(swept)


def _end(processes: list[psutil.Process], *, grace: float) -> None:
    for process in processes:
        _signal(process, "terminate")
    _, stubborn = psutil.wait_procs(processes, timeout=grace)
    for process in stubborn:
        _signal(process, "kill")
    psutil.wait_procs(stubborn, timeout=grace)


def _signal(process: psutil.Process, method: str) -> None:
    try:
        getattr(process, method)()  # psutil compares the start time first, so a reused pid is safe
    except psutil.NoSuchProcess:
        return


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _mark(process: psutil.Process) -> str | None:
    try:
        return str(process.environ().get(MARK))
    except (psutil.Error, OSError):  # another user's process, or one that just ended
        return None
