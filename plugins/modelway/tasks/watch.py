"""What to ask SageMaker next about resources that are waited for, and what an answer tells: no loop and no client.

Most rounds cost one List of what has changed since the last one, for any number of waits. As lists may miss
something, each name is also read in another way every few minutes. All times are epoch seconds of AWS's clock.
"""

import math
from collections import Counter

from modelway.jobs import Description, Kind, is_final
from modelway.tasks.ask import Ask, Purpose
from modelway.tasks.wait import Wait, Why, changed_at

OVERLAP_SECONDS = 10.0  # lists are eventually consistent
UNREAD_SECONDS = 150.0  # how long a name may stay unread before the back-stop looks
READ_WITHIN_SECONDS = 300.0
DESCRIBES_A_SECOND = 1.0  # where nothing can be listed
REFUSALS = 5  # in a row, before a right is taken for missing
ROUNDS_WITHOUT_LISTS = 60  # then the right is tried again

Over = list[tuple[Wait, Why]]


class Watch:
    """The waits for one kind of resource, and what has been seen of them."""

    def __init__(self, kind: Kind, *, interval: float) -> None:
        self.kind = kind
        self.interval = interval
        self.waits: dict[str, set[Wait]] = {}
        self.can_list = True
        self._read: dict[str, float] = {}
        self._listed = math.inf  # all changes until then have been listed
        self._round = 0
        self._refusals = 0
        self._denials: Counter[str] = Counter()
        self._unlisted: set[str] = set()
        self._next: Ask | None = None  # the back-stop's next page

    def join(self, wait: Wait) -> None:
        """Begin to wait; what has happened since the task looked will be listed."""
        self.waits.setdefault(wait.name, set()).add(wait)
        self._read.setdefault(wait.name, wait.since)
        self._listed = min(self._listed, wait.since)

    def leave(self, wait: Wait) -> None:
        """Wait no longer."""
        others = self.waits.get(wait.name, set())
        others.discard(wait)
        if not others:
            self.waits.pop(wait.name, None)
            self._read.pop(wait.name, None)
            self._denials.pop(wait.name, None)
            self._unlisted.discard(wait.name)

    def changes(self) -> list[Ask]:
        """The call that a round begins with."""
        self._round += 1
        if not self.can_list and self._round % ROUNDS_WITHOUT_LISTS:
            return []
        after = self._listed - max(self.interval, OVERLAP_SECONDS)
        self._listed = math.inf  # until the answer tells its time, or somebody joins meanwhile
        return [Ask.for_changes(self.kind.value, after=after)]

    def backstop(self, now: float) -> list[Ask]:
        """What looks beside the list of changes: at most one call, in every second round."""
        if not self.can_list:
            return [Ask.for_one(self.kind.value, name) for name in self._longest_unread()[: self._describes()]]
        if self._round % 2 or not self.waits:
            return []
        return [self._next] if self._next else self._stale(now)

    def told(self, ask: Ask, answer: Description, *, now: float) -> Over:
        """The waits that the answer ends; `now` is when AWS gave it."""
        if ask.purpose is Purpose.ONE:
            return self._described(ask.name, answer, now)
        self.can_list, self._refusals = True, 0
        rows = [row for row in answer[self.kind.value.summaries] if row[self.kind.value.name_key] in self.waits]
        names = {row[self.kind.value.name_key] for row in rows}
        if ask.purpose is Purpose.CHANGED:
            self._listed = min(self._listed, now)
        else:
            self._walked(ask, answer, names, now)
        self._read |= dict.fromkeys(names, now)
        return [(wait, Why.REST) for row in rows for wait in self._at_rest(row)]

    def following(self, ask: Ask, answer: Description) -> list[Ask]:
        """The next page of changes, where there is one."""
        page = ask.next_page(answer) if ask.purpose is Purpose.CHANGED else None
        return [page] if page else []

    def refused(self, ask: Ask, *, now: float) -> Over:
        """A call was refused for good: do without it, and end the waits that nothing is left for."""
        if ask.purpose is Purpose.ONE:
            return self._denied(ask.name, now)
        self._listed, self._next = min(self._listed, ask.after), None
        self._refusals += 1
        self.can_list = self.can_list and self._refusals < REFUSALS
        return []

    def gone(self, ask: Ask) -> Over:
        """There is no such resource; its tasks see for themselves."""
        return [(wait, Why.REST) for wait in self.waits.get(ask.name, ())]

    def overdue(self, now: float) -> Over:
        """The waits that have taken too long."""
        return [(wait, Why.DEADLINE) for waits in self.waits.values() for wait in waits if wait.deadline < now]

    def blind(self) -> Over:
        """All waits, where nothing can be asked at all."""
        return [(wait, Why.BLIND) for waits in self.waits.values() for wait in waits]

    def _stale(self, now: float) -> list[Ask]:
        name = self._longest_unread()[0]
        if now - self._read[name] < UNREAD_SECONDS:
            return []
        if name in self._unlisted or self._are_few():
            return [Ask.for_one(self.kind.value, name)]
        created = min(wait.created for wait in self.waits[name])
        return [Ask.for_neighbours(self.kind.value, name, created=created)]

    def _walked(self, ask: Ask, answer: Description, names: set[str], now: float) -> None:
        """Go on through what was made later while a page shows what had long been unread; note who is not listed."""
        helps = any(now - self._read[name] >= UNREAD_SECONDS for name in names)
        self._next = ask.next_page(answer) if helps else None
        self._unlisted -= names
        if ask.is_first_page and ask.name in self.waits and ask.name not in names:
            self._unlisted.add(ask.name)

    def _described(self, name: str, answer: Description, now: float) -> Over:
        if name not in self.waits:
            return []
        self._read[name] = now
        self._unlisted.discard(name)
        self._denials.pop(name, None)
        over = self._at_rest(answer) | (self._long_ago(name, now) if is_final(self.kind, answer) else set())
        return [(wait, Why.REST) for wait in over]

    def _at_rest(self, row: Description) -> set[Wait]:
        """The waits that a summary or description ends; an endpoint was InService before its update, too."""
        if not is_final(self.kind, row):
            return set()
        waits = self.waits[row[self.kind.value.name_key]]
        return {wait for wait in waits if self.kind.value.settles or changed_at(row, wait.since) >= wait.since}

    def _long_ago(self, name: str, now: float) -> set[Wait]:
        """The waits that began so long before that what is read now is not of the time before them."""
        return {wait for wait in self.waits[name] if now - wait.since >= UNREAD_SECONDS}

    def _denied(self, name: str, now: float) -> Over:
        if name not in self.waits:
            return []
        self._read[name] = now  # else the same name would be asked for again and again
        self._denials[name] += 1
        is_blind = not self.can_list and self._denials[name] >= REFUSALS
        return [(wait, Why.BLIND) for wait in self.waits[name]] if is_blind else []

    def _are_few(self) -> bool:
        """Whether all can be described in time, one in two rounds; endpoints always count as few."""
        takes = len(self.waits) * 2 * self.interval
        return not self.kind.value.settles or takes <= READ_WITHIN_SECONDS - UNREAD_SECONDS

    def _longest_unread(self) -> list[str]:
        return sorted(self.waits, key=lambda name: self._read[name])

    def _describes(self) -> int:
        return max(1, int(self.interval * DESCRIBES_A_SECOND))
