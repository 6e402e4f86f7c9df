"""A platform's condition in words: as lines for a person, as one JSON object for a script."""

import shlex
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from local.condition import Condition, Part
from local.gitlab.presence import gitlab_of
from local.home import Home
from local.platform import Platform
from local.workload import Workload

HEADINGS = ("process", "state", "pid", "up", "memory")


@dataclass(frozen=True)
class Row:
    """One line of the table; `words` explain a state that is not as it should be."""

    cells: tuple[str, str, str, str, str]
    words: str = ""


def rows(condition: Condition, *, now: float) -> Iterator[Row]:
    """Each process with its jobs and endpoints below it, and the total."""
    for part in condition.parts:
        yield _row(part, now=now)
        yield from (_indented(workload, now=now) for workload in part.workloads)
    yield Row(("total", "", "", "", str(condition.memory)))


def _row(part: Part, *, now: float) -> Row:
    process = part.process
    if not part.lives:
        return Row((process.name, process.state.lower(), "-", "-", "-"), process.words)
    return Row((process.name, process.state.lower(), str(process.pid), age(now - process.since), str(part.memory)))


def _indented(workload: Workload, *, now: float) -> Row:
    name = f"  {workload.kind} {workload.name}"
    return Row((name, "", str(workload.pid), age(now - workload.since), str(workload.memory)))


def facts(condition: Condition, home: Home, *, now: float) -> dict[str, str]:
    """What to know besides the processes."""
    found = addresses(condition.platform, home) if condition.platform else {}
    found["home"] = str(home.root)
    if condition.room is not None:
        found["disk"] = f"{condition.room.free / 1e9:.1f} GB free of {condition.room.total / 1e9:.0f} GB"
    if condition.pushed is not None:
        found["last push"] = f"{condition.pushed.words}, {age(now - condition.pushed.at)} ago"
    for folder in condition.others:
        found.setdefault("others", "")
        found["others"] += f"{', ' if found['others'] else ''}{folder}"
    return found


def addresses(platform: Platform, home: Home) -> dict[str, str]:
    """Where the parts listen."""
    asked = {"registry": f"http://{platform.registry}  (behind ECR)"} if platform.registry else {}
    if gitlab := gitlab_of(platform):
        asked["GitLab"] = f"{gitlab}/"
    return {
        "AWS": f'{platform.aws_url}  (for the aws command: eval "$(python -m local env{home.option})")',
        "Airflow": platform.airflow_url,
        "inbox": f"{platform.inbox_url}/  (SMTP {platform.smtp})",
        "objects": f"{platform.aws_url}/-/{platform.identity.region}/",
        **asked,
    }


def down_words(condition: Condition, home: Home) -> str:
    """That nothing runs, and what to do."""
    words = f"no platform runs in {home.root}; start it with `python -m local up{home.option}`"
    if condition.silent is not None:
        words = (
            f"the platform in {home.root} does not answer, though its supervisord runs (pid {condition.silent}): it is "
            f"starting, stopping or hanging; look again, or end it with `python -m local down{home.option}`"
        )
    elif condition.left_over:
        words = (
            f"the platform in {home.root} was killed and {condition.left_over} of its processes are left; "
            f"`python -m local up{home.option}` mends it, `python -m local down{home.option}` cleans up"
        )
    others = [
        f"\nanother runs: python -m local status --home {shlex.quote(str(folder))}" for folder in condition.others
    ]
    return words + "".join(others)


def document(condition: Condition, home: Home) -> dict[str, Any]:
    """Everything, for a script; times are seconds since 1970, sizes are bytes."""
    platform = condition.platform
    return {
        "home": str(home.root),
        "state": condition.state.value,
        "since": condition.since,
        "processes": [_entry(part) for part in condition.parts],
        "memory": asdict(condition.memory),
        "unhealthy": list(condition.unhealthy),
        "left_over": condition.left_over,
        "silent": condition.silent,
        "addresses": _urls(platform) if platform else {},
        "disk": asdict(condition.room) if condition.room else None,
        "last_push": asdict(condition.pushed) if condition.pushed else None,
        "others": [str(folder) for folder in condition.others],
    }


def _entry(part: Part) -> dict[str, Any]:
    process = part.process
    pid, since = (process.pid, process.since) if part.lives else (None, None)
    return {
        "name": process.name,
        "state": process.state.lower(),
        "pid": pid,
        "since": since,
        "words": process.words,
        "memory": asdict(part.memory),
        "workloads": [asdict(workload) for workload in part.workloads],
    }


def _urls(platform: Platform) -> dict[str, str]:
    gitlab = gitlab_of(platform)
    return {
        "aws": platform.aws_url,
        "airflow": platform.airflow_url,
        "inbox": platform.inbox_url,
        "smtp": platform.smtp,
        **({"registry": platform.registry} if platform.registry else {}),
        **({"gitlab": gitlab} if gitlab else {}),
    }


def age(seconds: float) -> str:
    """`12s`, `5m07s`, `2h05m` or `3d04h`."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours_left = divmod(hours, 24)
    if days:
        return f"{days}d{hours_left:02}h"
    if hours:
        return f"{hours}h{minutes:02}m"
    return f"{minutes}m{rest:02}s" if minutes else f"{rest}s"
