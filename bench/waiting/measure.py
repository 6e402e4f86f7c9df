"""All stages, and what they come to."""

from collections.abc import Mapping, Sequence

from rich.console import Console

from bench.checkout import CHECKOUT
from bench.figure import Figure
from bench.report import Report
from bench.waiting.chart import chart
from bench.waiting.contender import CONTENDERS, OURS
from bench.waiting.stage import Sample, Stage
from bench.waiting.yard import opened

CHART = CHECKOUT / "build" / "waiting.svg"
COUNTS = (1, 10, 100, 1000)
Samples = dict[int, dict[str, Sample]]


def measure(*, most: int, old: int, window: float, console: Console) -> Report:
    """Small numbers with all contenders side by side; the largest with each alone, all jobs ending at once."""
    samples: Samples = {}
    with opened(old=old) as yard:
        for stage in stages(most):
            console.print(f"waiting: {', '.join(c.name for c in stage.contenders)} with {stage.count} jobs each")
            samples.setdefault(stage.count, {}).update(stage.run(yard, window=window))
    _draw(samples, console)
    return report(samples)


def stages(most: int) -> list[Stage]:
    """What is measured, in this order."""
    counts = [count for count in COUNTS if count <= most]
    alone = [Stage((contender,), counts[-1], at_once=True) for contender in CONTENDERS]
    return [*(Stage(CONTENDERS, count, at_once=False) for count in counts[:-1]), *alone]


def _draw(samples: Samples, console: Console) -> None:
    """Leave a chart beside what else is built."""
    lines = {c.name: {count: samples[count][c.name].calls_per_minute for count in samples} for c in CONTENDERS}
    CHART.parent.mkdir(exist_ok=True)
    CHART.write_text(chart(lines), encoding="utf-8")
    console.print(f"waiting: the chart is {CHART}")


def report(samples: Samples) -> Report:
    """The table: the largest number first, as that is the question."""
    largest = max(samples)
    figures = [figure for name, sample in samples[largest].items() for figure in _answer(name, largest, sample)]
    rest = [f for count in sorted(samples) if count != largest for f in _smaller(count, samples[count])]
    costs = [figure for name, sample in samples[largest].items() for figure in _costs(name, largest, sample)]
    return Report("waiting", figures, [*rest, *costs])


def _answer(contender: str, count: int, sample: Sample) -> list[Figure]:
    ours = contender == OURS.name
    return [
        _one(contender, "calls_per_minute", count, [sample.calls_per_minute], goal=15 if ours else None),
        _one(contender, "wakeup_intervals", count, sample.wakeups, goal=1 if ours else None),
        _one(contender, "slots_held", count, [sample.slots_held], goal=0 if ours else None),
        _one(contender, "failed", count, [sample.failed], goal=0 if ours else None),
    ]


def _smaller(count: int, samples: Mapping[str, Sample]) -> list[Figure]:
    return [
        figure
        for name, sample in samples.items()
        for figure in (
            _one(name, "calls_per_minute", count, [sample.calls_per_minute]),
            _one(name, "wakeup_intervals", count, sample.wakeups),
        )
    ]


def _costs(contender: str, count: int, sample: Sample) -> list[Figure]:
    return [
        _one(contender, "resumed_intervals", count, sample.resumptions),
        _one(contender, "wakeup_calls", count, [sample.wakeup_calls]),
        _one(contender, "triggerer_cpu_percent", count, [sample.cpu_percent]),
        _one(contender, "triggerer_mb", count, [sample.megabytes]),
    ]


def _one(contender: str, what: str, count: int, values: Sequence[float], goal: float | None = None) -> Figure:
    prefix = "" if contender == OURS.name else f"{contender}_"
    return Figure(f"{prefix}{what}_{count}", values, goal=goal)
