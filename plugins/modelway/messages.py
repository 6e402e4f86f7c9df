"""What people read of a run: one card for Slack (Block Kit) and the same words for e-mail."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from modelway.verdict import MetricResult, Result, Verdict

MAX_SUBJECT = 99
MAX_HEADER = 150
MAX_SECTION = 3000
MAX_TEXT = 32_000
MAX_CLASSES = 12
Block = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """A subject of at most 99 ASCII characters, a plain text, and the same as Slack blocks."""

    subject: str
    text: str
    blocks: list[Block]


def announcement(result: Result) -> Message:
    """The message about a run that has ended."""
    headline, paragraphs = _headline(result), list(_paragraphs(result))
    text = "\n\n".join([headline, *paragraphs, *([result.url] if result.url else [])])
    return Message(
        subject=_ascii(headline)[:MAX_SUBJECT],
        text=_cut(text, MAX_TEXT),
        blocks=_blocks(headline, paragraphs, result.url),
    )


def _headline(result: Result) -> str:
    what = f"{result.project}/{result.model} {result.version}"
    if result.state == "failed":
        return f"{what}: {result.dag_id} failed"
    if result.endpoint:
        return f"{what} is live"
    return f"{what} trained: {result.verdict.outcome}" if result.verdict else f"{what}: {result.dag_id} succeeded"


def _paragraphs(result: Result) -> Iterator[str]:
    """In plain text; a paragraph of several aligned lines is shown as code by Slack."""
    if result.reason:
        yield f"Asked for because: {result.reason}"
    if failure := result.failure:
        yield f"Task {failure.task}: {failure.reason}"
        if failure.log_tail:
            yield "\n".join(failure.log_tail)
    if verdict := result.verdict:
        yield _verdict_words(verdict, registered=result.package_arn is not None)
        yield metrics_table(verdict)
        if verdict.confusion_matrix and len(verdict.confusion_matrix) <= MAX_CLASSES:
            yield _confusion_table(verdict.confusion_matrix)
    if result.state == "success" and result.verdict and result.package_arn:
        yield f"Model package: {result.package_arn}"
    if result.endpoint:
        yield f"Endpoint {result.endpoint.name}, configuration {result.endpoint.config}"
        yield result.endpoint.example


def _verdict_words(verdict: Verdict, *, registered: bool) -> str:
    against = f" than {verdict.champion_version}" if verdict.outcome in ("better", "worse") else ""
    advice = " It waits for approval." if verdict.deployable else " It cannot be deployed."
    return f"Verdict: {verdict.outcome}{against} ({verdict.reason}).{advice if registered else ''}"


def metrics_table(verdict: Verdict) -> str:
    """The metrics as aligned lines: name, challenger, champion, limit."""
    rows = [("metric", "this", verdict.champion_version or "champion", "limit")]
    rows += [(_name(m), number(m.challenger), number(m.champion), number(m.limit)) for m in verdict.metrics]
    return aligned(rows)


def _name(metric: MetricResult) -> str:
    return metric.name if metric.passes else f"{metric.name} (fails)"


def _confusion_table(matrix: dict[str, dict[str, int]]) -> str:
    predicted = sorted({label for row in matrix.values() for label in row})
    rows = [("truth \\ predicted", *predicted)]
    rows += [(truth, *(str(row.get(label, 0)) for label in predicted)) for truth, row in sorted(matrix.items())]
    return aligned(rows)


def aligned(rows: Sequence[tuple[str, ...]]) -> str:
    """The rows as lines whose columns stand below each other."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def number(value: float | None) -> str:
    """A metric's value, or a dash."""
    return "-" if value is None else f"{value:.4f}"


def _blocks(headline: str, paragraphs: list[str], url: str) -> list[Block]:
    header = {"type": "header", "text": {"type": "plain_text", "text": _cut(headline, MAX_HEADER)}}
    sections = [_section(paragraph) for paragraph in paragraphs]
    link = [{"type": "context", "elements": [{"type": "mrkdwn", "text": f"<{url}|Open the run in Airflow>"}]}]
    return [header, *sections, *(link if url else [])]


def _section(paragraph: str) -> Block:
    escaped = paragraph.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = f"```{_end(escaped, MAX_SECTION - 6)}```" if "\n" in paragraph else _cut(escaped, MAX_SECTION)
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _cut(text: str, limit: int) -> str:
    """Slack refuses the whole message for one text too long; a cut is seen."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _end(text: str, limit: int) -> str:
    """Of many lines the last ones: a log says there what happened."""
    return text if len(text) <= limit else f"…{text[-limit + 1 :]}"


def _ascii(text: str) -> str:
    return " ".join(text.encode("ascii", "replace").decode().split())
