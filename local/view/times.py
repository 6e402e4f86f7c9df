"""Where the time went: each moment of a command belongs to one row, and the rows sum up to all of it."""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from local.view.stage import Stage
from local.view.table import Cell, Column, Table, Tone

OTHER = "other"
BAR_WIDTH = 22
MOST_ROWS = 24
Key = tuple[str, str]


def spent(stages: Sequence[Stage], *, began: float, ended: float) -> dict[Key, float]:
    """Seconds by (name, group): stages at one time share, a hidden one has what is left, the rest is other."""
    spans = [stage for stage in stages if stage.seconds(ended) > 0]
    marks = {began, ended, *(stage.began for stage in spans), *(stage.ended or ended for stage in spans)}
    given: dict[Key, float] = {(stage.name, stage.group): 0.0 for stage in sorted(stages, key=lambda each: each.hidden)}
    for start, end in pairwise(sorted(mark for mark in marks if began <= mark <= ended)):
        owners = _owners(spans, start, end, ended)
        for owner in owners:
            given[owner] = given.get(owner, 0.0) + (end - start) / len(owners)
    return given


def _owners(spans: Sequence[Stage], start: float, end: float, now: float) -> list[Key]:
    running = [stage for stage in spans if stage.began <= start and (stage.ended or now) >= end]
    chosen = [stage for stage in running if not stage.hidden] or running[:1]
    return list(dict.fromkeys((stage.name, stage.group) for stage in chosen)) or [(OTHER, "")]


def time_table(stages: Sequence[Stage], *, began: float, ended: float) -> Table:
    """A row a stage with a bar for its share; where stages repeat for a second version, a column a version."""
    given = folded(spent(stages, began=began, ended=ended))
    groups = list(dict.fromkeys(group for _, group in given if group))
    versions = groups if len(groups) > 1 else []
    shown = rounded(_sums(given))
    foot = [Cell(_number(_sum_of(given, group)), Tone.FAINT) for group in versions]
    return Table(
        headline=Cell("Where the time went", Tone.STRONG),
        columns=[
            Column(),
            *(Column(group, right=True, spare=True) for group in versions),
            Column("seconds", right=True),
            Column(),
        ],
        rows=[_row(name, given, versions, seconds=shown[name], longest=max(shown.values())) for name in shown],
        foot=[Cell("total", Tone.STRONG), *foot, Cell(_number(ended - began), Tone.STRONG), Cell("")],
    )


def folded(given: Mapping[Key, float]) -> dict[Key, float]:
    """The seconds with so many of the shortest rows made one that a screen holds the rest; `other` comes last."""
    sums = _sums(given)
    short = sorted(sums, key=lambda name: sums[name])[: len(sums) - MOST_ROWS + 1] if len(sums) > MOST_ROWS else []
    rest = f"{len(short)} short ones"
    kept: dict[Key, float] = {}
    for (name, group), seconds in sorted(given.items(), key=lambda item: (item[0][0] == OTHER, item[0][0] in short)):
        key = (rest if name in short else name, group)
        kept[key] = kept.get(key, 0.0) + seconds
    return kept


def _sums(given: Mapping[Key, float]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for (name, _), seconds in given.items():
        sums[name] = sums.get(name, 0.0) + seconds
    return sums


def rounded(sums: Mapping[str, float]) -> dict[str, float]:
    """The sums to a tenth each, so that the tenths add up to the whole."""
    marks = [round(mark, 1) for mark in accumulate(sums.values(), initial=0.0)]
    return {name: end - start for name, (start, end) in zip(sums, pairwise(marks), strict=True)}


def _row(name: str, given: Mapping[Key, float], groups: Sequence[str], *, seconds: float, longest: float) -> list[Cell]:
    each = [Cell(_number(given[name, group]) if (name, group) in given else "", Tone.FAINT) for group in groups]
    return [Cell(name), *each, Cell(_number(seconds)), Cell(bar(seconds / longest if longest else 0), Tone.BAR)]


def _sum_of(given: Mapping[Key, float], group: str) -> float:
    return sum(seconds for (_, each), seconds in given.items() if each == group)


def _number(seconds: float) -> str:
    return f"{seconds:.1f}"


def bar(share: float) -> str:
    """A bar for a share between 0 and 1, to half a character."""
    whole, half = divmod(round(share * BAR_WIDTH * 2), 2)
    return "━" * whole + "╸" * half
