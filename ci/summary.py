"""A plan in words, in Markdown for merge requests and plain for a job's log: first what takes data with it."""

from collections.abc import Iterator, Mapping, Sequence

from ci.changes import PAST, Action, Change
from ci.markdown import code
from ci.planned import Planned

MOST = 150  # a note has its limit too; the job's log has all
FUTURE = {action: f"to {action}" for action in Action}


def sentence(plan: Planned) -> str:
    """Return how many of which kind."""
    return f"{plan.environment}: {_counted(plan.changes, FUTURE) or 'nothing to change'}"


def losses(plan: Planned) -> Iterator[str]:
    """Yield a line for each resource that takes data with it, below one that says so."""
    if lost := _lost(plan):
        yield f"{plan.environment}: DATA GOES with {len(lost)} of these changes:"
        yield from (f"  {change.action} {change.address}: {change.loss}" for change in lost)


def done(plan: Planned) -> Iterator[str]:
    """Yield what an apply has done."""
    yield f"{plan.environment}: {_counted(plan.changes, PAST) or 'nothing was to change'}"
    yield from (f"  {PAST[change.action]} {change.address}" for change in plan.changes)


def markdown(plan: Planned) -> str:
    """Return the summary for a merge request."""
    parts = [*_losses(plan), f"**{sentence(plan)}**", *_folded(plan.changes)]
    return "\n\n".join([*parts, f"Plan {code(plan.digest)} of commit {code(plan.commit)}"]) + "\n"


def _losses(plan: Planned) -> Iterator[str]:
    if lost := _lost(plan):
        yield f"**\N{WARNING SIGN} {plan.environment}: data goes with {len(lost)} of these changes**"
        yield "\n".join(f"- **{change.action}** {code(change.address)}: {change.loss}" for change in lost)


def _folded(changes: Sequence[Change]) -> Iterator[str]:
    if changes:
        rest = [f"- and {len(changes) - MOST} more, in the job's log"] if len(changes) > MOST else []
        lines = "\n".join([*map(_line, changes[:MOST]), *rest])
        yield f"<details><summary>Each change</summary>\n\n{lines}\n\n</details>"


def _line(change: Change) -> str:
    about = ", ".join(map(code, change.attributes))
    return f"- {change.action} {code(change.address)}{f': {about}' if about else ''}"


def _lost(plan: Planned) -> list[Change]:
    return [change for change in plan.changes if change.loss]


def _counted(changes: Sequence[Change], words: Mapping[Action, str]) -> str:
    actions = [change.action for change in changes]
    return ", ".join(f"{actions.count(action)} {words[action]}" for action in reversed(Action) if action in actions)
