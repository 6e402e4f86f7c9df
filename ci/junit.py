"""What a training came to as JUnit XML, which GitLab shows in a pipeline's tab Tests and in a merge request."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from xml.etree import ElementTree

from ci import comparison
from modelway.messages import number
from modelway.verdict import Failure, MetricResult, Result

NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Ending(StrEnum):
    """How a case ended; the element that says so."""

    PASSED = "system-out"
    FAILURE = "failure"
    ERROR = "error"


@dataclass(frozen=True)
class Case:
    """One test case; GitLab compares cases of two pipelines by their names, so no number is in them."""

    name: str
    words: str
    ending: Ending = Ending.PASSED
    more: str = ""


def junit(result: Result) -> bytes:
    """Return the XML document: one case for the run, and for each metric its limit and the champion."""
    cases = list(_cases(result))
    suite = ElementTree.Element("testsuite", {"name": f"{result.project}/{result.model}", **_counts(cases)})
    for case in cases:
        suite.append(_element(case, of=f"{result.project}/{result.model}"))
    root = ElementTree.Element("testsuites", _counts(cases))
    root.append(suite)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _cases(result: Result) -> Iterator[Case]:
    yield _run(result)
    for metric in result.verdict.metrics if result.verdict else []:
        if metric.limit is not None:
            yield _limit(metric)
        if metric.champion is not None:
            yield _champion(metric, result.verdict.champion_version if result.verdict else None)


def _run(result: Result) -> Case:
    if result.state == "failed":
        failure = result.failure or Failure(task=result.dag_id, reason="no reason was given")
        more = "\n".join([*failure.log_tail, failure.url or result.url])
        return Case("training", f"task {failure.task} failed: {failure.reason}", Ending.ERROR, more)
    verdict = f"{result.verdict.outcome}: {result.verdict.reason}" if result.verdict else "no verdict"
    return Case("training", f"{result.version}: {verdict}")


def _limit(metric: MetricResult) -> Case:
    words = f"{metric.name} is {number(metric.challenger)}, its limit {comparison.limit(metric)}"
    return Case(f"{metric.name} within its limit", words, Ending.PASSED if metric.passes else Ending.FAILURE)


def _champion(metric: MetricResult, version: str | None) -> Case:
    beside = f"{number(metric.champion)} of {version or 'the champion'}"
    words = f"{metric.name} is {number(metric.challenger)}, beside {beside}: {comparison.difference(metric)}"
    ending = Ending.FAILURE if comparison.is_clearly_worse(metric) else Ending.PASSED
    return Case(f"{metric.name} not worse than the champion", words, ending)


def _element(case: Case, *, of: str) -> ElementTree.Element:
    element = ElementTree.Element("testcase", {"classname": of, "name": _text(case.name), "time": "0"})
    words = _text(case.words)
    attributes = {} if case.ending is Ending.PASSED else {"message": words}
    told = ElementTree.SubElement(element, case.ending.value, attributes)
    told.text = f"{words}\n{_text(case.more)}" if case.more else words
    return element


def _counts(cases: list[Case]) -> dict[str, str]:
    endings = [case.ending for case in cases]
    counts = {"failures": endings.count(Ending.FAILURE), "errors": endings.count(Ending.ERROR), "skipped": 0}
    return {"tests": str(len(cases)), **{name: str(count) for name, count in counts.items()}, "time": "0"}


def _text(value: str) -> str:
    """Return the value without what no XML document may hold."""
    return NO_XML.sub("\N{REPLACEMENT CHARACTER}", value)
