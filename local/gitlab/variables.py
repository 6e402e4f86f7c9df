"""The variables of jobs, by GitLab's rules of who outranks whom."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.gitlab.pipeline import Job, Pipeline
from local.gitlab.place import Place
from local.gitlab.project import BRANCH
from local.gitlab.tool import artifacts

REFERENCE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
BINDING = 10


def of_pipeline(pipeline: Pipeline, place: Place) -> dict[str, str]:
    """What GitLab knows by itself, below what the pipeline was started with, which outranks even that."""
    name = pipeline.project.path.rpartition("/")[2]
    predefined = {
        "CI_COMMIT_BRANCH": BRANCH,
        "CI_COMMIT_REF_NAME": BRANCH,
        "CI_COMMIT_REF_PROTECTED": "true",
        "CI_COMMIT_SHA": pipeline.sha,
        "CI_DEFAULT_BRANCH": BRANCH,
        "CI_PIPELINE_ID": str(pipeline.id),
        "CI_PIPELINE_SOURCE": pipeline.source,
        "CI_PIPELINE_URL": pipeline.url(place),
        "CI_PROJECT_ID": str(pipeline.project.id),
        "CI_PROJECT_NAME": name,
        "CI_PROJECT_PATH": pipeline.project.path,
        "CI_PROJECT_URL": pipeline.project.url(place),
        "CI_SERVER_URL": place.url,
        "GITLAB_USER_LOGIN": pipeline.user,
    }
    return predefined | pipeline.variables


def of_job(pipeline: Pipeline, job: Job, place: Place) -> dict[str, str]:
    """The same with what only a job has; its tokens go another way, past the process list."""
    known = {"CI_JOB_ID": str(job.id), "CI_JOB_NAME": job.name, "CI_JOB_URL": pipeline.job_url(place, job)}
    return of_pipeline(pipeline, place) | {
        name: value for name, value in known.items() if name not in pipeline.variables
    }


def downstream(pipeline: Pipeline, bridge: Job, place: Place, *, own: Mapping[str, str]) -> dict[str, str]:
    """What a bridge passes down: its `variables` and, unless it says otherwise, the global ones.

    In their values, references are replaced; to its needs' dotenv reports too. A job's own id and token are not known.
    """
    definition = bridge.definition
    common = pipeline.common if definition.get("inherit", {}).get("variables", True) is True else {}
    passed = {**common, **_texts(definition.get("variables"))}
    known = {**of_pipeline(pipeline, place), **common, **own, **_reports(pipeline.checkout(place), definition)}
    return {name: expanded(value, known | passed) for name, value in passed.items()}


def expanded(value: str, known: Mapping[str, str], depth: int = BINDING) -> str:
    """The text with each reference replaced; an unknown one, or one in a circle, by nothing."""
    if depth == 0:
        return ""
    return REFERENCE.sub(lambda found: expanded(known.get(found[1] or found[2], ""), known, depth - 1), value)


def read_dotenv(path: Path) -> dict[str, str]:
    """The KEY=value lines of a report."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def globals_of(preview: Mapping[str, Any]) -> dict[str, str]:
    """The configuration's global variables."""
    return _texts(preview.get("variables"))


def _texts(variables: Mapping[str, Any] | None) -> dict[str, str]:
    """Values as texts; one with a description is a table."""
    values = {
        name: each.get("value", "") if isinstance(each, dict) else each for name, each in (variables or {}).items()
    }
    return {name: str(value) for name, value in values.items()}


def _reports(checkout: Path, definition: Mapping[str, Any]) -> dict[str, str]:
    needs = [need["job"] if isinstance(need, dict) else need for need in definition.get("needs", [])]
    found: dict[str, str] = {}
    for need in needs:
        for report in sorted((artifacts(checkout, need) / ".gitlab-ci-reports" / "dotenv").glob("*")):
            found |= read_dotenv(report)
    return found
