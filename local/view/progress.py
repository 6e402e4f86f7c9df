"""How far a push came, and in one line what stands when it comes no further."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from local.errors import PlatformError, StepFailed
from local.interrupt import Interrupted
from local.view.dagrun import Run


@dataclass
class Progress:
    """The stage that is under way, what is known by then, and the option that names the platform's home."""

    stage: str = "check"
    version: str = ""
    run: Run | None = None
    option: str = ""

    def failed(self) -> str:
        """After a step that failed."""
        return f"{self._where()}; {self._next()}"

    def interrupted(self) -> str:
        """After ctrl-C: a run goes on without us."""
        if self.run is None:
            return self.failed()
        return (
            f"{self._where()}; its run goes on in Airflow: {self.run.url}; "
            f"`python -m local approve {self.version}{self.option}` when it has ended, or push again"
        )

    def _where(self) -> str:
        what = f"the push of {self.version}" if self.version else "the push"
        return f"{what} stopped at {self.stage}; nothing was deployed"

    def _next(self) -> str:
        look = f"look at {self.run.url}; " if self.run else ""
        return f"{look}push again" + (f" (unchanged, it stays {self.version})" if self.version else "")


@contextmanager
def standing(progress: Progress) -> Iterator[None]:
    """Whatever ends the block early says in one line what stands."""
    try:
        yield
    except StepFailed as error:
        raise reworded(error, progress.failed()) from error
    except PlatformError as error:
        error.add_note(f"modelway: {progress.failed()}")
        raise
    except Interrupted as interruption:
        interruption.add_note(f"modelway: {progress.interrupted()}")
        raise


def reworded(error: StepFailed, words: str) -> StepFailed:
    """The failure as its command's reader understands it, with what the step said."""
    said = StepFailed(words, exit_code=error.exit_code)
    for note in getattr(error, "__notes__", ()):
        said.add_note(note)
    return said
