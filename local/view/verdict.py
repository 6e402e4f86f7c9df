"""What the evaluation came to, read from a run's result.json and shown as a table."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.view.table import Cell, Column, Table, Tone

AGAINST = defaultdict(lambda: "beside", {"better": "than", "worse": "than", "no clear difference": "from"})
FAILS = "fails its limits"
NOTHING = Cell("-", Tone.FAINT)
TONES = {"first": Tone.GOOD, "better": Tone.GOOD, "worse": Tone.BAD, FAILS: Tone.BAD}
COLUMNS = (
    Column("metric"),
    Column("challenger", right=True),
    Column("champion", right=True),
    Column("difference", right=True),
    Column("95 % interval", right=True, spare=True),
    Column("limit"),
)


@dataclass(frozen=True)
class Verdict:
    """The contract's verdict (docs/architecture.md), with the version that it is about."""

    model: str
    version: str
    outcome: str
    reason: str
    champion: str | None
    metrics: tuple[Mapping[str, Any], ...]

    @property
    def may_be_deployed(self) -> bool:
        """Whether a person may approve it."""
        return self.outcome != FAILS

    @property
    def is_welcome(self) -> bool:
        """Whether nothing speaks against deploying it."""
        return self.outcome in ("first", "better")

    @property
    def words(self) -> str:
        """The outcome, and against what."""
        compared = self.champion and self.outcome != FAILS
        return f"{self.outcome} {AGAINST[self.outcome]} {self.champion}" if compared else self.outcome


def verdict_of(result: Mapping[str, Any]) -> Verdict | None:
    """The verdict in a run's result, if it came to one."""
    found = result.get("verdict")
    if not found:
        return None
    metrics = tuple(found["metrics"])
    model = f"{result['project']}/{result['model']}"
    return Verdict(model, result["version"], found["outcome"], found["reason"], found.get("champion_version"), metrics)


def verdict_table(verdict: Verdict) -> Table:
    """One row a metric; the first one decides."""
    return Table(
        headline=Cell(f"{verdict.model} {verdict.version}: {verdict.words}", TONES.get(verdict.outcome, Tone.STRONG)),
        columns=COLUMNS,
        rows=[_row(metric) for metric in verdict.metrics],
        remark=verdict.reason,
    )


def _row(metric: Mapping[str, Any]) -> list[Cell]:
    return [
        Cell(metric["name"]),
        Cell(_number(metric["challenger"]), Tone.STRONG),
        Cell(_number(metric["champion"])) if metric["champion"] is not None else NOTHING,
        difference(metric),
        _interval(metric),
        _limit(metric),
    ]


def difference(metric: Mapping[str, Any]) -> Cell:
    """Challenger minus champion; an arrow only where the interval leaves no doubt, green where it is for the better."""
    challenger, champion, span = metric["challenger"], metric["champion"], metric.get("difference")
    if challenger is None or champion is None:
        return NOTHING
    value = f"{challenger - champion:+.4f}"
    if not span or span["low"] <= 0 <= span["high"]:
        return Cell(f"{value} =", Tone.FAINT)
    grows = span["low"] > 0
    good = grows == (metric["goal"] == "maximize")
    return Cell(f"{value} {'▲' if grows else '▼'}", Tone.GOOD if good else Tone.BAD)


def _interval(metric: Mapping[str, Any]) -> Cell:
    span = metric.get("difference")
    return Cell(f"{span['low']:+.4f} to {span['high']:+.4f}", Tone.FAINT) if span else NOTHING


def _limit(metric: Mapping[str, Any]) -> Cell:
    if metric.get("limit") is None:
        return NOTHING if metric["passes"] else Cell("✗", Tone.BAD)
    sign = "≥" if metric["goal"] == "maximize" else "≤"
    mark, tone = ("✓", Tone.GOOD) if metric["passes"] else ("✗", Tone.BAD)
    return Cell(f"{mark} {sign} {metric['limit']:g}", tone)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
