"""What a training came to as OpenMetrics text, which GitLab compares between the two sides of a merge request."""

from collections.abc import Callable, Iterator, Sequence

from modelway.verdict import MetricResult, Result

FAMILIES: tuple[tuple[str, str, Callable[[MetricResult], float | None]], ...] = (
    ("modelway_challenger", "The trained version on the test rows.", lambda metric: metric.challenger),
    ("modelway_champion", "The live version on the same rows.", lambda metric: metric.champion),
    ("modelway_limit", "What model.toml asks for.", lambda metric: metric.limit),
    ("modelway_difference_low", "Where the 95 % interval of challenger minus champion begins.", lambda m: _low(m)),
    ("modelway_difference_high", "Where the 95 % interval of challenger minus champion ends.", lambda m: _high(m)),
)
Sample = tuple[str, float | None]


def openmetrics(result: Result) -> str:
    """Return a gauge for each question; no version is a label, so that GitLab finds a series again in the next run."""
    model = _label("model", f"{result.project}/{result.model}")
    metrics = result.verdict.metrics if result.verdict else []
    lines = [
        *_family("modelway_training_success", "Whether the run went well.", [(model, float(result.state == "success"))])
    ]
    for name, words, value in FAMILIES:
        lines += _family(name, words, [(f"{model},{_label('metric', each.name)}", value(each)) for each in metrics])
    return "\n".join([*lines, "# EOF", ""])


def _family(name: str, words: str, samples: Sequence[Sample]) -> Iterator[str]:
    known = [(labels, value) for labels, value in samples if value is not None]
    if known:
        yield f"# TYPE {name} gauge"
        yield f"# HELP {name} {words}"
        yield from (f"{name}{{{labels}}} {value!r}" for labels, value in known)


def _label(name: str, value: str) -> str:
    r"""Return `name="value"`; the format knows three escapes, of which the line break would else end the line."""
    escaped = value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
    return f'{name}="{escaped}"'


def _low(metric: MetricResult) -> float | None:
    return metric.difference.low if metric.difference else None


def _high(metric: MetricResult) -> float | None:
    return metric.difference.high if metric.difference else None
