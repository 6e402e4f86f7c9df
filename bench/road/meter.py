"""Processor time: what a walk costs whoever else uses the machine."""

import resource

import psutil


def tree_seconds(pid: int) -> float:
    """What a process and all it started have used so far; the ended ones are in their parents' sums."""
    root = psutil.Process(pid)
    return sum(_used(process) for process in [root, *root.children(recursive=True)])


def commands_seconds() -> float:
    """What the programs used that this process started and awaited."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _used(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:  # it ended since it was listed
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
