"""What a task's page in Airflow says of it."""

import inspect


def about(thing: object) -> str:
    """The first paragraph of its docstring; the others are for those who read the code."""
    return (inspect.getdoc(thing) or "").partition("\n\n")[0]
