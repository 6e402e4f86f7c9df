"""A metric beside its limit and beside the champion's, in the words that every form of the results uses."""

from modelway.messages import number
from modelway.verdict import MetricResult


def limit(metric: MetricResult) -> str:
    """Return the limit with its side, `≥ 0.9000`."""
    if metric.limit is None:
        return "-"
    return f"{'≥' if metric.goal == 'maximize' else '≤'} {number(metric.limit)}"


def difference(metric: MetricResult) -> str:
    """Return challenger minus champion with its interval, `+0.0200 (+0.0100 to +0.0300)`."""
    if metric.challenger is None or metric.champion is None:
        return "-"
    change = f"{metric.challenger - metric.champion:+.4f}"
    span = metric.difference
    return f"{change} ({span.low:+.4f} to {span.high:+.4f})" if span else change


def is_clearly_worse(metric: MetricResult) -> bool:
    """Whether the whole interval is on the worse side."""
    if metric.difference is None:
        return False
    return metric.difference.high < 0 if metric.goal == "maximize" else metric.difference.low > 0
