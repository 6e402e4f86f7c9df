"""Waiting for a DAG run, as data: how often, how long, what counts as an end."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from modelway.aws.functions import Run
from modelway.errors import InputError, ModelwayError, NotFound, Refused, StillRunning


@dataclass(frozen=True)
class Patience:
    """The seconds between two looks, and until we stop looking."""

    poll: float
    timeout: float


def until_ended(run: Run, *, look: Callable[[Run], Run], say: Callable[[str], None], patience: Patience) -> Run:
    """Return the run in its final state and say each change; StillRunning when patience is at its end.

    A look that fails for a reason that may pass is said and repeated.
    """
    begin = time.monotonic()
    said = ""
    while (elapsed := time.monotonic() - begin) <= patience.timeout:
        run, words = _look(run, look=look)
        if words != said:
            say(f"{elapsed:6.0f} s  {words}")
            said = words
        if run.ended:
            return run
        time.sleep(patience.poll)
    raise StillRunning(
        f"run {run.id} of {run.dag_id} is still {run.state} after {patience.timeout:.0f} s; it goes on: {run.url}"
    )


def _look(run: Run, *, look: Callable[[Run], Run]) -> tuple[Run, str]:
    try:
        run = look(run)
    except (InputError, NotFound, Refused):
        raise
    except ModelwayError as error:
        return run, f"no news: {error}"
    return run, run.state
