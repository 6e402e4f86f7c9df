"""The rules of the jobs that plan and apply terraform/: which pipeline has which, in what order, who presses."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.gitlab.pipeline import Pipeline
from local.gitlab.place import Place
from local.gitlab.project import ML_OPS
from local.gitlab.repository import Repository, check_out, git
from local.gitlab.tool import Tool, ToolMissing, ensure_tool
from local.gitlab.variables import of_pipeline
from local.home import CHECKOUT

TERRAFORM = {"MODELWAY_INFRASTRUCTURE": "terraform"}
ENVIRONMENTS = ("dev", "stage", "prod")
Jobs = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def tool() -> Tool:
    try:
        return ensure_tool()
    except ToolMissing as error:
        pytest.skip(f"gitlab-ci-local cannot run here: {error}")


@pytest.fixture
def changed(place: Place, tool: Tool) -> Callable[..., Jobs]:
    """The jobs of a pipeline, by name in their order, after a change to one file of this checkout."""
    place.root.mkdir(parents=True, exist_ok=True)
    head = Repository(ML_OPS.repository(place)).ensure().take_folder(CHECKOUT)

    def jobs(file: str, source: str, variables: dict[str, str]) -> Jobs:
        pipeline = Pipeline(1, ML_OPS, head, source, "ada", variables)
        checkout = pipeline.checkout(place)
        check_out(ML_OPS.repository(place), checkout, url=f"{ML_OPS.url(place)}.git", before=head)
        with (checkout / file).open("a") as text:
            text.write("\n")
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
        git(*who, "-C", str(checkout), "commit", "--quiet", "--all", "--message", f"Change {file}")
        listed = tool.listed(checkout, variables=of_pipeline(pipeline, place), environment=os.environ)
        meant = tool.preview(checkout, variables=of_pipeline(pipeline, place), environment=os.environ)
        return {job["name"]: meant[job["name"]] | job for job in listed if job["when"] != "never"}

    return jobs


def test_a_merge_request_is_checked_planned_and_told_and_changes_nothing(changed: Callable[..., Jobs]) -> None:
    jobs = changed("terraform/mwaa.tf", "merge_request_event", TERRAFORM)
    plans = [f"plan-{name}" for name in ENVIRONMENTS]
    assert set(jobs) == {"tests", "terraform-rules", "checkov", *plans, "note-plans"}
    assert [jobs[name]["needs"] for name in plans] == [[], [], []]
    assert [need["job"] for need in jobs["note-plans"]["needs"]] == plans
    assert (jobs["note-plans"]["when"], jobs["note-plans"]["allow_failure"]) == ("always", True)


def test_main_goes_from_environment_to_environment_and_asks_before_stage_and_prod(
    changed: Callable[..., Jobs],
) -> None:
    jobs = changed("dags/train.py", "push", TERRAFORM)
    order = [name for environment in ENVIRONMENTS for name in (f"plan-{environment}", f"apply-{environment}")]
    assert list(jobs) == order
    assert [jobs[name]["stage"] for name in order] == ["dev", "dev", "stage", "stage", "prod", "prod"]
    assert [name for name in order if jobs[name]["when"] == "manual"] == ["apply-stage", "apply-prod"]
    assert not any(jobs[name]["allow_failure"] for name in order), "a button that may fail does not stop what follows"


def test_what_is_applied_is_the_plan_of_its_own_environment(changed: Callable[..., Jobs]) -> None:
    jobs = changed("requirements.txt", "push", TERRAFORM)
    for name in ENVIRONMENTS:
        assert [need["job"] for need in jobs[f"apply-{name}"]["needs"]] == [f"plan-{name}"]
        assert f"apply --environment {name}" in jobs[f"apply-{name}"]["script"][-1]
        assert jobs[f"plan-{name}"]["artifacts"]["reports"]["terraform"] == f"plan/{name}.json"
        assert jobs[f"plan-{name}"]["artifacts"]["access"] == "developer"


def test_no_job_waits_for_a_button_by_needs(changed: Callable[..., Jobs]) -> None:
    jobs = changed("terraform/mwaa.tf", "push", TERRAFORM)
    needed = {need["job"] for job in jobs.values() for need in job.get("needs") or []}
    assert not any(jobs[name]["when"] == "manual" for name in needed)


def test_each_job_has_the_role_and_the_scope_of_what_it_does(changed: Callable[..., Jobs]) -> None:
    jobs = changed("terraform/mwaa.tf", "push", TERRAFORM)
    for name in ENVIRONMENTS:
        plan, apply = jobs[f"plan-{name}"], jobs[f"apply-{name}"]
        assert plan["environment"] == {"name": f"plan/{name}", "action": "access"}
        assert apply["environment"]["name"] == f"infrastructure/{name}"
        assert plan["id_tokens"]["AWS_ID_TOKEN"]["aud"] == "modelway-plan"
        assert apply["id_tokens"]["AWS_ID_TOKEN"]["aud"] == "modelway-infrastructure"
        assert plan["resource_group"] == apply["resource_group"]


def test_who_writes_the_note_has_no_role(changed: Callable[..., Jobs]) -> None:
    note = changed("terraform/mwaa.tf", "merge_request_event", TERRAFORM)["note-plans"]
    assert "id_tokens" not in note
    assert note["environment"]["name"] == "plan/notes"


@pytest.mark.parametrize(("source", "others"), [("merge_request_event", {"tests"}), ("push", set())])
def test_what_terraform_does_not_ship_starts_none_of_its_jobs(
    changed: Callable[..., Jobs], source: str, others: set[str]
) -> None:
    assert set(changed("docs/gitlab.md", source, TERRAFORM)) == others


@pytest.mark.parametrize(("source", "jobs"), [("merge_request_event", {"tests"}), ("push", {"bundle"})])
def test_without_terraform_all_is_as_before(changed: Callable[..., Jobs], source: str, jobs: set[str]) -> None:
    assert set(changed("terraform/mwaa.tf", source, {})) == jobs


@pytest.mark.parametrize("source", ["pipeline", "web", "schedule"])
def test_a_models_road_has_none_of_them(changed: Callable[..., Jobs], source: str) -> None:
    assert not [name for name in changed("terraform/mwaa.tf", source, TERRAFORM) if name.startswith(("plan", "apply"))]


def test_a_job_is_one_line_that_runs_at_a_desk_too() -> None:
    text = (Path(CHECKOUT) / ".gitlab" / "infrastructure.yml").read_text()
    assert text.count("- python -m ci ") == 2 * len(ENVIRONMENTS) + 1
