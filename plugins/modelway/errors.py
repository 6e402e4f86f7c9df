"""Every error of Modelway, and the exit code it ends a command with.

ModelwayError               1
├── InputError              2  what somebody wrote is wrong; only they can mend it
│   ├── InvalidName
│   ├── InvalidVersion
│   └── SpecError
├── StillRunning            3  nothing is wrong yet
├── NotFound                4  the named release, package or data is not there
├── Refused                 5  well formed, but a rule forbids it
└── RunFailed               6  a job, an endpoint or a DAG run ended badly
    └── AttemptFailed       6  so did one attempt, through no fault of the model's; the next may end well
"""

from collections.abc import Sequence


class ModelwayError(Exception):
    """The base of all errors that name the thing, the value and the remedy."""

    exit_code = 1


class InputError(ModelwayError):
    """A file, an argument or a DAG conf that somebody has to correct."""

    exit_code = 2


class InvalidName(InputError):
    """A project, model or derived name that AWS would not take."""


class InvalidVersion(InputError):
    """A text that is neither an image version nor a trained version."""


class SpecError(InputError):
    """A model.toml that does not describe a model."""


class StillRunning(ModelwayError):
    """The run goes on; only the waiting for it has ended."""

    exit_code = 3


class NotFound(ModelwayError):
    """A release, package or object that does not exist."""

    exit_code = 4


class Refused(ModelwayError):
    """An action that is well formed but not allowed in the present state."""

    exit_code = 5


class RunFailed(ModelwayError):
    """A job, an endpoint or a DAG run that did not end well; `log_tail` holds its last lines."""

    exit_code = 6

    def __init__(self, message: str, *, log_tail: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.log_tail = list(log_tail)


class AttemptFailed(RunFailed):
    """An attempt that AWS let down; the task is tried again as often as its DAG allows."""
