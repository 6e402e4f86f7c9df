"""A plan in words, in Markdown for merge requests and plain for a job's log: first what takes data with it."""

from collections.abc import Iterator, Sequence

from ci.changes import PAST, Action, Change
from ci.markdown import code

MOST = 150  # a note has its limit too; the job's log has all


def sentence(environment: str, changes: Sequence[Change]) -> str:
    """Return how many of which kind."""
    return f"{environment}: {_counted(changes, {action: f'to {action}' for action in Action}) or 'nothing to change'}"


def done(environment: str, changes: Sequence[Change]) -> str:
    """Return what an apply has done."""
    return f"{environment}: {_counted(changes, PAST) or 'nothing was to change'}"


def losses(environment: str, changes: Sequence[Change]) -> list[str]:
    """Return a line for each resource that takes data with it, below one that says so."""
    lost = [change for change in changes if change.loss]
    lines = [f"  {change.action} {change.address}: {change.loss}" for change in lost]
    return [f"{environment}: DATA GOES with {len(lost)} of these changes:", *lines] if lost else []


def markdown(environment: str, changes: Sequence[Change], *, digest: str, commit: str) -> str:
    """Return the summary for a merge request."""
    parts = [*_losses(environment, changes), f"**{sentence(environment, changes)}**", *_folded(changes)]
    return "\n\n".join([*parts, f"Plan {code(digest)} of commit {code(commit)}"]) + "\n"


def _losses(environment: str, changes: Sequence[Change]) -> Iterator[str]:
    lost = [change for change in changes if change.loss]
    if lost:
        yield f"**\N{WARNING SIGN} {environment}: data goes with {len(lost)} of these changes**"
        yield "\n".join(f"- **{change.action}** {code(change.address)}: {change.loss}" for change in lost)


def _folded(changes: Sequence[Change]) -> Iterator[str]:
    if changes:
        rest = [f"- and {len(changes) - MOST} more, in the job's log"] if len(changes) > MOST else []
        lines = "\n".join([*map(_line, changes[:MOST]), *rest])
        yield f"<details><summary>Each change</summary>\n\n{lines}\n\n</details>"


def _line(change: Change) -> str:
    about = ", ".join(map(code, change.attributes))
    return f"- {change.action} {code(change.address)}{f': {about}' if about else ''}"


def _counted(changes: Sequence[Change], words: dict[Action, str]) -> str:
    actions = [change.action for change in changes]
    return ", ".join(f"{actions.count(action)} {words[action]}" for action in reversed(Action) if action in actions)
