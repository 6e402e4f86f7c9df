"""The messages in memory: each file is read once, however often somebody looks."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from local.inbox.message import Message, read
from local.inbox.store import Store


class Index:
    """Knows every message of a store, as its folder is at the last refresh."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Message] = {}
        self._order: list[str] = []

    def refresh(self) -> None:
        """Read what is new in the folder and forget what is gone from it."""
        paths = self._store.paths()
        if paths.keys() == self._known.keys():
            return
        known = self._known
        self._known = {name: known.get(name) or read(path) for name, path in paths.items()}
        self._order = sorted(self._known)

    def find(self, name: str) -> Message | None:
        """The message of this id."""
        return self._known.get(name)

    def newest(self, limit: int, *, before: str = "", kind: str = "") -> list[Message]:
        """At most so many messages, newest first, of those older than the one named."""
        end = bisect_left(self._order, before) if before else len(self._order)
        found: list[Message] = []
        for message in self._of(reversed(self._order[:end])):
            if len(found) == limit:
                break
            if kind in ("", message.kind):
                found.append(message)
        return found

    def since(self, name: str) -> list[Message]:
        """The messages that came after the one named, oldest first."""
        return list(self._of(self._order[bisect_right(self._order, name) :]))

    def last(self) -> str:
        """The newest message's id; nothing where there is none."""
        return self._order[-1] if self._order else ""

    def _of(self, names: Iterable[str]) -> Iterable[Message]:
        return (self._known[name] for name in names)
