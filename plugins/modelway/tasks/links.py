"""The buttons on a task's page that lead to what the task has made."""

import functools
from collections.abc import Callable
from typing import Any

from modelway.tasks.compat import BaseOperatorLink, Context, get_current_context


class Link(BaseOperatorLink):
    """A button; Airflow asks for its address, and keeps it, each time the task ends or begins to wait.

    Airflow stores only its name and XCom key in the graph, so nothing needs to be registered as a plugin.
    """

    name = ""
    xcom_key = ""

    def __init__(self, name: str) -> None:
        self.name = name
        self.xcom_key = f"link_to_{name.lower().replace(' ', '_')}"

    def lead(self, operator: Any, address: str) -> None:
        """Let the button of this operator's page lead there."""
        setattr(operator, self.xcom_key, address)

    def lead_here(self, address: str) -> None:
        """Let the button of the running function's page lead there.

        The context's own `task` is another copy than the one that Airflow runs and asks.
        """
        self.lead(get_current_context()["ti"].task, address)

    def address(self, context: Context) -> str:
        """Where the button of the running task leads."""
        return self.get_link(getattr(context["ti"], "task", None), ti_key=None)

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Where it leads; empty, and so not shown, as long as there is nothing to see."""
        return str(getattr(operator, self.xcom_key, ""))


LOG = Link("Log")
JOB = Link("Job")
EVALUATION = Link("Evaluation")
MODEL = Link("Model")
PACKAGE = Link("Model package")
CONFIG = Link("Endpoint configuration")
ENDPOINT = Link("Endpoint")
RESULT = Link("Result")


def linked(*links: Link) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give these buttons to each task of a decorated function: Airflow's decorator takes none."""

    def decorate(factory: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(factory)
        def make(*args: Any, **kwargs: Any) -> Any:
            output = factory(*args, **kwargs)
            output.operator.operator_extra_links = links
            return output

        return make

    return decorate
