"""What the local GitLab shows to people: pipelines, their jobs, and what the jobs said."""

import html
from collections.abc import Iterator

from local.gitlab.pipeline import Job, Pipeline, Status, read_pipeline
from local.gitlab.place import Place

STYLE = """
:root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}
pre{overflow:auto;font-size:.9rem}table{border-collapse:collapse}td{padding:.2rem 1.5rem .2rem 0}
.failed{color:#c33}.success{color:#2a8a3e}.manual{font-weight:bold}
"""
NEWEST = 50
PRESS = "a person starts it: press it with <code>python -m local approve</code>"


def index_page(place: Place) -> str:
    """The newest pipelines, a line each."""
    rows = "".join(_row(pipeline, place) for pipeline in _newest(place))
    return document("Pipelines", f"<table>{rows}</table>" if rows else "<p>Nobody has pushed yet.</p>")


def pipeline_page(pipeline: Pipeline, place: Place) -> str:
    """A pipeline's jobs."""
    rows = "".join(
        f'<tr><td>{html.escape(job.stage)}</td><td><a href="{pipeline.job_url(place, job)}">{html.escape(job.name)}</a>'
        f"</td><td>{_status(job)}</td></tr>"
        for job in pipeline.jobs
    )
    words = f"{pipeline.source} of {pipeline.user}, commit {pipeline.sha}"
    title = f"{pipeline.project.path}: pipeline {pipeline.id}"
    return document(title, f'<p>{html.escape(words)}</p><table>{rows}</table><p><a href="/">All pipelines</a></p>')


def job_page(pipeline: Pipeline, job: Job, place: Place) -> str:
    """A job's log."""
    log = pipeline.log(place, job)
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    above = f'<p>{_status(job)}, in <a href="{pipeline.url(place)}">pipeline {pipeline.id}</a></p>'
    return document(f"{pipeline.project.path}: {job.name}", f"{above}<pre>{html.escape(text)}</pre>")


def document(title: str, body: str) -> str:
    """A whole page; the title is a text, the body is not."""
    shown = html.escape(title)
    return f"<!doctype html><meta charset=utf-8><title>{shown}</title><style>{STYLE}</style><h1>{shown}</h1>{body}"


def _newest(place: Place) -> Iterator[Pipeline]:
    numbers = sorted((int(path.name) for path in place.pipelines.iterdir() if path.name.isdigit()), reverse=True)
    for number in numbers[:NEWEST]:
        if pipeline := read_pipeline(place, number):
            yield pipeline


def _row(pipeline: Pipeline, place: Place) -> str:
    jobs = ", ".join(f"{html.escape(job.name)} {_mark(job.status)}" for job in pipeline.jobs)
    number = f'<a href="{pipeline.url(place)}">{pipeline.id}</a>'
    return f"<tr><td>{number}</td><td>{html.escape(pipeline.project.path)}</td><td>{jobs}</td></tr>"


def _status(job: Job) -> str:
    return f"{_mark(job.status)}: {PRESS}" if job.status is Status.MANUAL else _mark(job.status)


def _mark(status: Status) -> str:
    return f'<span class="{status.partition(" ")[0]}">{status}</span>'
