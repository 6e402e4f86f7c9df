"""A table of a rules file, checked key by key before anything is made of it."""

from collections.abc import Mapping
from typing import Any

from local.aws.rules_file import RulesUnreadable

Kinds = Mapping[str, tuple[type, ...]]
NUMBER = (int, float)


def checked(table: Any, *, thing: str, kinds: Kinds) -> Mapping[str, Any]:
    """The table when it has only keys of the thing, with values of their types; raises RulesUnreadable."""
    if not isinstance(table, dict):
        raise RulesUnreadable(f"{thing} must be a table, not {table!r}")
    for key, value in table.items():
        if key not in kinds:
            raise RulesUnreadable(f"{key} = {value!r} is not known to {thing}; it has {', '.join(kinds)}")
        if type(value) not in kinds[key]:  # True is an int to isinstance
            names = " or ".join(kind.__name__ for kind in kinds[key])
            raise RulesUnreadable(f"{thing}: {key} = {value!r} must be of type {names}")
        if isinstance(value, (int, float)) and value < 0:
            raise RulesUnreadable(f"{thing}: {key} = {value!r} must not be below 0")
    return table


def tables(document: Mapping[str, Any], name: str) -> list[Any]:
    """All `[[name]]` tables of a document; raises RulesUnreadable for a single one."""
    found = document.get(name, [])
    if not isinstance(found, list):
        raise RulesUnreadable(f"{name} is one table; write [[{name}]] with two brackets")
    return found
