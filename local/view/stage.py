"""One row of the road: what is done, for how long, and what came of it."""

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How a stage stands; the value is the word for it in plain lines."""

    RUNNING = "runs"
    DONE = "ok"
    SKIPPED = "skipped"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Stage:
    """A stage and its times in seconds on the monotonic clock; a hidden one counts where no other runs."""

    name: str
    began: float
    ended: float | None = None
    state: State = State.RUNNING
    detail: str = ""
    link: str = ""
    group: str = ""
    hidden: bool = False

    @property
    def is_over(self) -> bool:
        """Whether it has come to an end, good or not."""
        return self.state is not State.RUNNING

    def seconds(self, now: float) -> float:
        """How long it took, or takes so far."""
        return max(0.0, (now if self.ended is None else self.ended) - self.began)
