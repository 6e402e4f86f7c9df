"""The run's note: what it came to, or waits for, in one line on its page.

A task of Airflow 3 has no database, and its own API has no notes (3.0 to 3.3): the way in is Airflow's public API,
which MWAA opens to the environment's own role through InvokeRestApi.
"""

import logging

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from modelway.messages import number
from modelway.tasks.clients import client
from modelway.verdict import MetricResult, Outcome, Result, Verdict

LONGEST = 1000  # Airflow refuses more
PATIENCE = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2})

log = logging.getLogger(__name__)


def write_note(result: Result, *, environment: str) -> None:
    """Note what the run came to."""
    put_note(note(result), dag_id=result.dag_id, run_id=result.run_id, environment=environment)


def put_note(words: str, *, dag_id: str, run_id: str, environment: str) -> None:
    """Say it in the task's log and on the run of this MWAA environment; a run is worth as much without a note."""
    log.info("Note of the run: %s", words)
    if not environment:
        log.info("[modelway] mwaa_environment is not set, so the run gets no note")
        return
    mwaa = client("mwaa", config=PATIENCE)
    try:
        mwaa.invoke_rest_api(
            Name=environment,
            Method="PATCH",
            Path=f"/dags/{dag_id}/dagRuns/{run_id}",
            Body={"note": words[:LONGEST]},
        )
    except (BotoCoreError, ClientError) as error:
        log.warning("The run has no note: %s", error)


def note(result: Result) -> str:
    """Which version came to what, and why; Airflow shows it as Markdown."""
    what = f"{result.project}/{result.model} {result.version}"
    if result.failure:
        reason = result.failure.reason.splitlines()[0] if result.failure.reason else ""
        return f"{what}: **{result.failure.task}** failed: {reason}"
    if result.endpoint:
        return f"{what}: **live** on {result.endpoint.name}"
    if result.verdict:
        return f"{what}: {_verdict(result.verdict)}"
    return f"{what}: {result.state}"


def _verdict(verdict: Verdict) -> str:
    compared = verdict.outcome in (Outcome.BETTER, Outcome.WORSE)
    outcome = f"**{verdict.outcome}**" + (f" than {verdict.champion_version}" if compared else "")
    failing = [metric for metric in verdict.metrics if not metric.passes]
    return ", ".join([outcome, *(_metric(metric) for metric in failing or verdict.metrics[:1])])


def _metric(metric: MetricResult) -> str:
    words = f"{metric.name} {number(metric.challenger)}"
    if metric.challenger is not None and metric.champion is not None:
        difference = metric.challenger - metric.champion
        words += f" {'▲' if difference > 0 else '▼' if difference < 0 else '='} {abs(difference):.4f}"
    return words if metric.passes else f"{words} (limit {number(metric.limit)})"
