"""The memory that a process and its children have for themselves."""

import psutil


def tree_megabytes(pid: int) -> float:
    """The unshared memory of all of them."""
    root = psutil.Process(pid)
    return sum(float(process.memory_full_info().uss) for process in [root, *root.children(recursive=True)]) / 2**20
