"""What people read of a run: one card for Slack (Block Kit) and the same words for e-mail."""

import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from modelway.record import JobRecord
from modelway.verdict import MetricResult, Outcome, Result, Verdict

MAX_SUBJECT = 99
MAX_HEADER = 150
MAX_SECTION = 3000
MAX_FIELD = 2000
MAX_FIELDS = 10
MAX_URL = 3000
MAX_TEXT = 32_000
MAX_CLASSES = 12
MAX_SNS_BYTES = 255 * 1024  # of 256 KB, which hold the attributes too
INDENT = "    "
SIGNS = {
    Outcome.FIRST: "\N{WHITE HEAVY CHECK MARK}",
    Outcome.BETTER: "\N{WHITE HEAVY CHECK MARK}",
    Outcome.WORSE: "\N{DOWN-POINTING RED TRIANGLE}",
    Outcome.NO_CLEAR_DIFFERENCE: "\N{SCALES}\N{VARIATION SELECTOR-16}",
    Outcome.INCONCLUSIVE: "\N{BLACK QUESTION MARK ORNAMENT}",
    Outcome.FAILS_ITS_LIMITS: "\N{NO ENTRY}",
}
LIVE, FAILED, DONE = "\N{ROCKET}", "\N{CROSS MARK}", "\N{WHITE HEAVY CHECK MARK}"
BROOM = "\N{BROOM}"
Block = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """A subject of at most 99 ASCII characters, a plain text, and the same as Slack blocks."""

    subject: str
    text: str
    blocks: list[Block]


def slack_payload(message: Message) -> dict[str, Any]:
    """What a Slack webhook takes: the card, and the text that notifications show of it."""
    return {"text": _cut(message.text, MAX_SECTION), "blocks": message.blocks}


def relayed(message: Message) -> str:
    """The card as a message of SNS's, for whoever takes it to Slack; one too large for SNS goes as its text."""
    payload = slack_payload(message)
    card = json.dumps(payload)
    return card if len(card) <= MAX_SNS_BYTES else json.dumps({"text": payload["text"]})


@dataclass(frozen=True)
class _Part:
    """A paragraph of the mail and what stands for it in the card."""

    text: str
    block: Block


def announcement(result: Result) -> Message:
    """The message about a run that has ended."""
    return _message(_sign(result), _headline(result), list(_parts(result)), dict(_links(result)))


def sweep_notice(headline: str, *, lines: Sequence[str], links: dict[str, str]) -> Message:
    """The message about what a sweep has found."""
    return _message(BROOM, headline, [_said("\n".join(f"- {line}" for line in lines))], links)


def _message(sign: str, headline: str, parts: Sequence[_Part], links: dict[str, str]) -> Message:
    addresses = [f"{words}: {url}" for words, url in links.items()]
    return Message(
        subject=_ascii(headline)[:MAX_SUBJECT],
        text=_cut("\n\n".join([headline, *(part.text for part in parts), *addresses]), MAX_TEXT),
        blocks=[_header(f"{sign} {headline}"), *(part.block for part in parts), *_buttons(links)],
    )


def _headline(result: Result) -> str:
    what = f"{result.project}/{result.model} {result.version}"
    if result.state == "failed":
        return f"{what}: {result.dag_id} failed"
    if result.endpoint:
        return f"{what} is live"
    return f"{what} trained: {result.verdict.outcome}" if result.verdict else f"{what}: {result.dag_id} succeeded"


def _sign(result: Result) -> str:
    if result.state == "failed":
        return FAILED
    if result.endpoint:
        return LIVE
    return SIGNS[result.verdict.outcome] if result.verdict else DONE


def _parts(result: Result) -> Iterator[_Part]:
    """What it came to first, then what that rests on, last what only a search needs."""
    if failure := result.failure:
        yield _said(f"Task {failure.task}: {failure.reason}")
        if failure.log_tail:
            yield _code("\n".join(failure.log_tail))
    if verdict := result.verdict:
        yield _said(_verdict_words(verdict, registered=result.package_arn is not None))
        if verdict.metrics:
            yield _Part(textwrap.indent(metrics_table(verdict), INDENT), _fields(verdict))
        if verdict.confusion_matrix and len(verdict.confusion_matrix) <= MAX_CLASSES:
            yield _code(_confusion_table(verdict.confusion_matrix))
    if result.endpoint:
        yield _said(f"Endpoint {result.endpoint.name} serves it. Ask it:")
        yield _code(result.endpoint.example)
    yield from map(_aside, _asides(result))


def _asides(result: Result) -> Iterator[str]:
    if result.reason:
        yield f"Asked for because: {result.reason}"
    if result.training and result.training.seconds:
        yield _bill(result.training)
    if result.state == "success" and result.verdict and result.package_arn:
        yield f"Model package: {result.package_arn}"
    if result.endpoint:
        yield f"Endpoint configuration: {result.endpoint.config}"


def _bill(training: JobRecord) -> str:
    """'Trained in 312 s on ml.m5.large (about 0.01 USD)'; spot machines are billed for less than they ran."""
    ran, billed = training.seconds, training.billable_seconds
    time = f"{ran} s, {billed} s of them billed," if billed < ran else f"{ran} s"
    machines = f"{training.instance_count} " * (training.instance_count > 1) + training.instance_type
    return f"Trained in {time}{machines and f' on {machines}'}{_cost(training.cost_usd)}"


def _cost(usd: float | None) -> str:
    if usd is None:
        return ""
    return f" (about {usd:.2f} USD)" if usd >= 0.005 else " (less than 0.01 USD)"


def _links(result: Result) -> Iterator[tuple[str, str]]:
    if result.failure and result.failure.url:
        yield "Look where it failed", result.failure.url
    if result.url:
        yield "Open the run in Airflow", result.url


def _verdict_words(verdict: Verdict, *, registered: bool) -> str:
    against = f" than {verdict.champion_version}" if verdict.outcome in ("better", "worse") else ""
    advice = " It waits for approval." if verdict.deployable else " It cannot be deployed."
    return f"Verdict: {verdict.outcome}{against}: {verdict.reason}.{advice if registered else ''}"


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


def _said(text: str) -> _Part:
    return _Part(text, _section(_words(text, MAX_SECTION)))


def _code(text: str) -> _Part:
    """Indented in a mail, where nothing else keeps columns and log lines apart from prose."""
    escaped = _escaped(text).replace("```", "'''")
    return _Part(textwrap.indent(text, INDENT), _section(f"```{_end(escaped, MAX_SECTION - 6)}```"))


def _aside(text: str) -> _Part:
    words = {"type": "mrkdwn", "text": _words(text, MAX_FIELD)}
    return _Part(text, {"type": "context", "elements": [words]})


def _header(headline: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": _cut(headline, MAX_HEADER)}}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _fields(verdict: Verdict) -> Block:
    """The metrics in two columns; Slack takes ten, and whoever measures more finds all in the mail."""
    champion = verdict.champion_version or "champion"
    texts = [_field(metric, champion=champion) for metric in verdict.metrics[:MAX_FIELDS]]
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": _cut(text, MAX_FIELD)} for text in texts]}


def _field(metric: MetricResult, *, champion: str) -> str:
    lines = [f"*{_escaped(_name(metric))}*", f"{number(metric.challenger)}{_change(metric)}"]
    if metric.champion is not None:
        lines.append(f"{_escaped(champion)}: {number(metric.champion)}")
    if metric.limit is not None:
        lines.append(f"limit {'≥' if metric.goal == 'maximize' else '≤'} {number(metric.limit)}")
    return "\n".join(lines)


def _change(metric: MetricResult) -> str:
    """The way from the champion's value, up or down; whether that is good is the goal's to say."""
    if metric.challenger is None or metric.champion is None:
        return ""
    change = metric.challenger - metric.champion
    if not change:
        return "  as before"
    return f"  {'▲' if change > 0 else '▼'} {change:+.4f}" + (" (lower is better)" if metric.goal == "minimize" else "")


def _buttons(links: dict[str, str]) -> list[Block]:
    """Slack refuses the whole message for a button that leads nowhere."""
    buttons = [_button(words, url) for words, url in links.items() if _is_address(url)]
    return [{"type": "actions", "elements": buttons}] if buttons else []


def _is_address(url: str) -> bool:
    return url.startswith(("http://", "https://")) and len(url) <= MAX_URL


def _button(words: str, url: str) -> Block:
    return {"type": "button", "text": {"type": "plain_text", "text": words}, "url": url}


def _words(text: str, limit: int) -> str:
    """Escaped, and never cut within an escape, which Slack would show as it stands."""
    escaped = _escaped(text)
    return escaped if len(escaped) <= limit else re.sub(r"&\w*$", "", escaped[: limit - 1]) + "…"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, limit: int) -> str:
    """Slack refuses the whole message for one text too long; a cut is seen."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _end(text: str, limit: int) -> str:
    """Of many lines the last ones: a log says there what happened."""
    return text if len(text) <= limit else f"…{text[-limit + 1 :]}"


def _ascii(text: str) -> str:
    return " ".join(text.encode("ascii", "replace").decode().split())
