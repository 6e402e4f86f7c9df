"""How a task says what went wrong: to Airflow as its end, to the rest of the run as an XCom."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from modelway.errors import AttemptFailed, ModelwayError, RunFailed
from modelway.tasks.about import about
from modelway.tasks.compat import (
    AirflowException,
    AirflowFailException,
    AirflowSkipException,
    Context,
    get_current_context,
    task,
)
from modelway.tasks.links import LOG

FAILURE_KEY = "failure"

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def told(context: Context) -> Iterator[None]:
    """Hand the reason on. What a retry cannot mend (our own errors but one) ends the task at once."""
    try:
        yield
    except AirflowSkipException:
        raise
    except ModelwayError as error:
        log_tail = error.log_tail if isinstance(error, RunFailed) else ()
        _tell(context, str(error), log_tail)
        end = AirflowException if isinstance(error, AttemptFailed) else AirflowFailException
        raise end("\n".join([str(error), *log_tail])) from error
    except Exception as error:
        _tell(context, f"{type(error).__name__}: {error}", ())
        raise


def step(function: Callable[P, R]) -> Any:
    """A plain function as a task of the road, named like it, whose failures are told.

    Its result is one XCom: Airflow would split a dict by the annotation, and cannot carry a part that is None.
    """

    @functools.wraps(function)
    def telling(*args: P.args, **kwargs: P.kwargs) -> R:
        with told(get_current_context()):
            return function(*args, **kwargs)

    # Said twice: Airflow does not read the docstring of a task that is expanded.
    telling.__doc__ = about(function)
    return task(multiple_outputs=False, doc_md=telling.__doc__)(telling)


def _tell(context: Context, reason: str, log_tail: Sequence[str]) -> None:
    """Leave the reason, the log's end and where the log is whole, if there is one."""
    words = {"reason": reason, "log_tail": list(log_tail), "url": LOG.address(context)}
    context["ti"].xcom_push(key=FAILURE_KEY, value=words)
