"""Measures alternatives side by side: what slows the machine for a while slows all of them."""

from collections.abc import Callable, Mapping
from typing import TypeVar

Result = TypeVar("Result")


def take_turns(works: Mapping[str, Callable[[], Result]], *, rounds: int) -> dict[str, list[Result]]:
    """Each work once a round; every other round goes backwards, so that nobody always comes after the same one."""
    results: dict[str, list[Result]] = {name: [] for name in works}
    for turn in range(rounds):
        for name in list(works)[:: -1 if turn % 2 else 1]:
            results[name].append(works[name]())
    return results
