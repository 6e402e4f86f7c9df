"""Saves the services' state shortly after it changes."""

import logging
import threading
import time

from local.aws.backends import KEPT, TRACES
from local.aws.objects import ObjectFolder
from local.aws.state import StateFolder

log = logging.getLogger(__name__)

DELAY = 1.0
# A large state must not keep a core busy: at most a tenth of the time goes into saving.
REST = 10


class Saver:
    """A thread that saves what was touched, a second after the first touch: a kill loses no more than that."""

    def __init__(self, state: StateFolder, *, objects: ObjectFolder) -> None:
        self.state = state
        self.objects = objects
        self.touched: set[str] = set()
        self.guard = threading.Lock()
        self.changed = threading.Event()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, name="saver", daemon=True)

    def start(self) -> None:
        """Begin to save."""
        self.thread.start()

    def touch(self, service: str) -> None:
        """Note that a service, named by its credential scope, may have changed."""
        with self.guard:
            self.touched.update(TRACES.get(service, () if service else KEPT))
        self.changed.set()

    def run(self) -> None:
        """Save after each change until stopped."""
        delay = DELAY
        while not self.stopping.is_set():
            self.changed.wait()
            self.stopping.wait(delay)
            # The thread's own work, not the clock: a save that waits on a busy machine must not put off the next.
            worked = time.thread_time()
            self.save_touched()
            delay = max(DELAY, REST * (time.thread_time() - worked))

    def save_touched(self) -> None:
        """Save what was touched since the last time; what cannot be saved is tried again after the next touch."""
        self.changed.clear()
        with self.guard:
            services, self.touched = self.touched, set()
        failed = self.save(services)
        with self.guard:
            self.touched |= failed

    def save(self, services: set[str]) -> set[str]:
        """Save the services and return those that failed; then S3 may forget the bytes no saved state names."""
        with self.state.lock:
            discarded = self.objects.take_discarded() if "s3" in services else set()
        failed = {service for service in sorted(services) if not self.saved(service)}
        self.objects.remove(discarded if "s3" not in failed else ())
        return failed

    def saved(self, service: str) -> bool:
        """Whether the service could be saved; one that cannot must not keep the others from it."""
        try:
            self.state.save(service)
        except Exception:
            log.exception("the state of %s could not be saved", service)
            return False
        return True

    def stop(self) -> None:
        """End the thread, save everything a last time and let nobody change anything after it."""
        self.stopping.set()
        self.changed.set()
        self.thread.join()
        self.state.lock.acquire()  # for good: connections stay open until the process ends
        if failed := self.save(set(KEPT)):
            raise RuntimeError(f"the state of {', '.join(sorted(failed))} could not be saved; the log says why")
