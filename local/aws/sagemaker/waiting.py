"""How a job waits for what is not there yet."""

import threading
import time

from local.aws.sagemaker.jobs import PlatformStops

LOOK = 0.1


def wait_for(seconds: float, *, stop: threading.Event, closing: threading.Event) -> None:
    """Wait so long, or until the job is stopped; raises PlatformStops when the server ends meanwhile."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and not closing.is_set():
        if stop.wait(min(left, LOOK)):
            return
    if closing.is_set():
        raise PlatformStops
