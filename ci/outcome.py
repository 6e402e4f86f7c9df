"""What a DAG run came to, in lines for a job's log."""

import textwrap
from collections.abc import Iterator

from modelway.messages import aligned, number
from modelway.verdict import Failure, MetricResult, Result, Verdict

HEADER = ("metric", "challenger", "champion", "limit", "difference (95 %)", "")


def lines(result: Result) -> Iterator[str]:
    """Give the lines of a run that went well."""
    if result.verdict:
        yield f"{result.project}/{result.model} {result.version}: {result.verdict.outcome}: {result.verdict.reason}"
        yield from table(result.verdict)
    if result.package_arn:
        yield f"package: {result.package_arn}"
    if result.endpoint:
        yield f"endpoint: {result.endpoint.name} serves {result.version} by {result.endpoint.config}"
        yield f"ask it: {result.endpoint.example}"


def table(verdict: Verdict) -> Iterator[str]:
    """Give one aligned line a metric, under a header."""
    rows = [HEADER, *(_row(metric) for metric in verdict.metrics)]
    yield from textwrap.indent(aligned(rows), "  ").splitlines()


def failure_lines(failure: Failure) -> Iterator[str]:
    """Give the reason and the last lines of the log."""
    yield f"task {failure.task} failed: {failure.reason}"
    yield from (f"  | {line}" for line in failure.log_tail)


def _row(metric: MetricResult) -> tuple[str, ...]:
    span = f"{metric.difference.low:+.4f} to {metric.difference.high:+.4f}" if metric.difference else "-"
    numbers = (number(value) for value in (metric.challenger, metric.champion, metric.limit))
    return (metric.name, *numbers, span, "" if metric.passes else "fails its limit")
