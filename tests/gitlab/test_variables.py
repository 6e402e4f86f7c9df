"""The rules of variables between pipelines: what a bridge passes down, and what outranks what."""

from pathlib import Path
from typing import Any

import pytest

from local.gitlab.pipeline import Job, Pipeline
from local.gitlab.place import Place
from local.gitlab.project import Project
from local.gitlab.tool import STATE
from local.gitlab.variables import downstream, of_job, of_pipeline

MODEL = Project(42, "team/model")


def pipeline(**variables: str) -> Pipeline:
    return Pipeline(
        3, MODEL, "a" * 40, "push", "ana", variables, common={"TEAM": "blue", "HOME_PAGE": "$CI_PROJECT_URL"}
    )


def passed(place: Place, started_with: dict[str, str] | None = None, **definition: Any) -> dict[str, str]:
    bridge = Job(301, "train-and-deploy", "deliver", definition=definition)
    return downstream(pipeline(**(started_with or {})), bridge, place, own={"SETTING": "of the project"})


def test_a_bridge_passes_its_own_and_the_global_variables(place: Place) -> None:
    found = passed(place, variables={"UPSTREAM_SHA": "$CI_COMMIT_SHA", "X": "${SETTING}!"})
    assert found == {
        "TEAM": "blue",
        "HOME_PAGE": f"{place.url}/team/model",
        "UPSTREAM_SHA": "a" * 40,
        "X": "of the project!",
    }


def test_inherit_variables_false_keeps_the_global_ones_back(place: Place) -> None:
    assert passed(place, variables={"X": "1"}, inherit={"variables": False}) == {"X": "1"}


def test_what_the_pipeline_itself_was_started_with_stays(place: Place) -> None:
    assert "GIVEN" not in passed(place, {"GIVEN": "1"}, variables={"X": "1"})


def test_a_bridge_has_no_job_id_and_no_token(place: Place) -> None:
    assert passed(place, inherit={"variables": False}, variables={"ID": "$CI_JOB_ID", "TOKEN": "$CI_JOB_TOKEN"}) == {
        "ID": "",
        "TOKEN": "",
    }


def test_a_bridge_knows_the_reports_of_what_it_needs(place: Place) -> None:
    report = pipeline().checkout(place) / STATE / "artifacts" / "sources" / ".gitlab-ci-reports" / "dotenv"
    report.mkdir(parents=True)
    (report / "sources.env").write_text("SOURCES_JOB_ID=302\n")
    found = passed(place, inherit={"variables": False}, needs=["sources"], variables={"JOB": "$SOURCES_JOB_ID"})
    assert found == {"JOB": "302"}


def test_a_circle_of_references_ends(place: Place) -> None:
    assert passed(place, inherit={"variables": False}, variables={"A": "$B", "B": "$A"}) == {"A": "", "B": ""}


def test_what_a_pipeline_is_started_with_outranks_what_gitlab_knows(place: Place) -> None:
    """GitLab's own rule, and the reason why commands go by signed claims instead."""
    started = pipeline(CI_PROJECT_ID="1", GITLAB_USER_LOGIN="mallory", CI_JOB_ID="1")
    assert of_pipeline(started, place)["GITLAB_USER_LOGIN"] == "mallory"
    assert of_job(started, Job(301, "x", "y"), place)["CI_JOB_ID"] == "1"


@pytest.mark.parametrize("name", ["CI_JOB_ID", "CI_JOB_NAME", "CI_JOB_URL"])
def test_a_job_knows_itself(place: Place, name: str) -> None:
    assert of_job(pipeline(), Job(301, "x", "y"), place)[name]


def test_no_secret_is_among_what_the_process_list_shows(place: Place, tmp_path: Path) -> None:
    assert [name for name in of_job(pipeline(), Job(301, "x", "y"), place) if "TOKEN" in name] == []
