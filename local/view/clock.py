"""When this very process began: the interpreter's start belongs to a command's time."""

import time
from pathlib import Path


def process_began() -> float:
    """The process's start on the clock of `time.monotonic`; now, where there is no /proc."""
    try:
        fields = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    since_boot = int(fields[19]) / 100  # field 22 of proc(5), in ticks that Linux shows as 1/100 s everywhere
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - since_boot
    return time.monotonic() - max(age, 0)
