"""The text of a merge request's note about a training."""

import re
from collections.abc import Iterator, Mapping

from ci import comparison
from ci.markdown import block, code, inline, link
from modelway.messages import FAILED, SIGNS, number
from modelway.verdict import Failure, MetricResult, Result, Verdict

MARK = re.compile(r"<!-- modelway: [a-z0-9/-]+ [0-9a-z.+-]+ -->")


def comment(result: Result, links: Mapping[str, str]) -> str:
    """Return the note: the verdict, each metric beside the champion's, and where to look."""
    parts = [*_failed(result), *_judged(result), _links(links), mark(result)]
    return "\n\n".join(part for part in parts if part) + "\n"


def mark(result: Result) -> str:
    """Return the hidden line by which a later job finds the version's note again."""
    model = re.sub(r"[^a-z0-9/-]", "-", f"{result.project}/{result.model}")
    return f"<!-- modelway: {model} {re.sub(r'[^0-9a-z.+-]', '-', result.version)} -->"


def _what(result: Result) -> str:
    return inline(f"{result.project}/{result.model} {result.version}")


def _failed(result: Result) -> Iterator[str]:
    if result.state == "failed":
        failure = result.failure or Failure(task=result.dag_id, reason="no reason was given")
        words = f"**{FAILED} {_what(result)}: the training failed**"
        yield f"{words} in {code(failure.task)}: {inline(failure.reason)}"
        if failure.log_tail:
            yield block(failure.log_tail)


def _judged(result: Result) -> Iterator[str]:
    if result.state == "success" and (verdict := result.verdict):
        yield f"**{SIGNS[verdict.outcome]} {_what(result)}: {verdict.outcome}**, {inline(verdict.reason)}"
        yield "\n".join(_table(result, verdict))
        yield "It waits for a person's approval." if verdict.deployable else "It cannot be deployed."


def _table(result: Result, verdict: Verdict) -> Iterator[str]:
    champion = f"champion {inline(verdict.champion_version)}" if verdict.champion_version else "champion"
    yield f"| metric | challenger {inline(result.version)} | {champion} | limit | difference (95 %) | |"
    yield "|---|---:|---:|---:|---:|---|"
    yield from map(_row, verdict.metrics)


def _row(metric: MetricResult) -> str:
    values = (number(metric.challenger), number(metric.champion), comparison.limit(metric))
    remark = "" if metric.passes else "**fails its limit**"
    return f"| {' | '.join((code(metric.name), *values, comparison.difference(metric), remark))} |"


def _links(links: Mapping[str, str]) -> str:
    return " · ".join(link(words, url) for words, url in links.items())
