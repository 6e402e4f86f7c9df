"""The rules of the jobs that plan and apply terraform/: which pipeline has which, in what order, who presses."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.gitlab.pipeline import Pipeline, new_id
from local.gitlab.place import Place, place_in
from local.gitlab.project import ML_OPS
from local.gitlab.repository import Repository, check_out, git
from local.gitlab.tool import Tool, ToolMissing, ensure_tool
from local.gitlab.variables import of_pipeline
from local.home import CHECKOUT, Home

pytestmark = pytest.mark.server
TERRAFORM = {"MODELWAY_INFRASTRUCTURE": "terraform"}
SHIPPED = "terraform/mwaa.tf"
WHO = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
ENVIRONMENTS = ("dev", "stage", "prod")
Jobs = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Repo:
    """This checkout as ml-ops on a local GitLab, and gitlab-ci-local, which makes pipelines of it."""

    place: Place
    tool: Tool
    head: str

    def clone(self, pipeline: Pipeline, changed: str) -> Path:
        """The checkout of a pipeline whose push has changed one file."""
        folder = pipeline.checkout(self.place)
        check_out(ML_OPS.repository(self.place), folder, url=f"{ML_OPS.url(self.place)}.git", before=self.head)
        with (folder / changed).open("a") as text:
            text.write("\n")
        git(*WHO, "-C", str(folder), "commit", "--quiet", "--all", "--message", f"Change {changed}")
        return folder

    def jobs(self, source: str, changed: str, variables: dict[str, str]) -> Jobs:
        """The jobs of a pipeline by name, in their order."""
        pipeline = Pipeline(new_id(self.place), ML_OPS, self.head, source, "ada", variables)
        folder, given = self.clone(pipeline, changed), of_pipeline(pipeline, self.place)
        listed = self.tool.listed(folder, variables=given, environment=os.environ)
        return {job["name"]: job for job in listed if job["when"] != "never"}

    def whole(self, source: str) -> Jobs:
        """The same with all that is written about each."""
        pipeline = Pipeline(new_id(self.place), ML_OPS, self.head, source, "ada", TERRAFORM)
        folder, given = self.clone(pipeline, SHIPPED), of_pipeline(pipeline, self.place)
        meant = self.tool.preview(folder, variables=given, environment=os.environ)
        listed = self.tool.listed(folder, variables=given, environment=os.environ)
        return {job["name"]: meant[job["name"]] | job for job in listed if job["when"] != "never"}


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    try:
        tool = ensure_tool()
    except ToolMissing as error:
        pytest.skip(f"gitlab-ci-local cannot run here: {error}")
    place = place_in(Home(tmp_path_factory.mktemp("gitlab") / "home"))
    return Repo(place, tool, Repository(ML_OPS.repository(place)).ensure().take_folder(CHECKOUT))


@pytest.fixture(scope="module")
def merge_request(repo: Repo) -> Jobs:
    return repo.whole("merge_request_event")


@pytest.fixture(scope="module")
def main(repo: Repo) -> Jobs:
    return repo.whole("push")


def test_a_merge_request_is_checked_planned_and_told_and_changes_nothing(merge_request: Jobs) -> None:
    jobs = merge_request
    plans = [f"plan-{name}" for name in ENVIRONMENTS]
    assert set(jobs) == {"tests", "terraform-rules", "checkov", *plans, "note-plans"}
    assert [jobs[name]["needs"] for name in plans] == [[], [], []]
    assert [need["job"] for need in jobs["note-plans"]["needs"]] == plans
    assert (jobs["note-plans"]["when"], jobs["note-plans"]["allow_failure"]) == ("always", True)


def test_main_goes_from_environment_to_environment_and_asks_before_stage_and_prod(main: Jobs) -> None:
    order = [name for environment in ENVIRONMENTS for name in (f"plan-{environment}", f"apply-{environment}")]
    assert list(main) == order
    assert [main[name]["stage"] for name in order] == ["dev", "dev", "stage", "stage", "prod", "prod"]
    assert [name for name in order if main[name]["when"] == "manual"] == ["apply-stage", "apply-prod"]
    assert not any(main[name]["allow_failure"] for name in order), "a button that may fail does not stop what follows"


def test_what_is_applied_is_the_plan_of_its_own_environment(main: Jobs) -> None:
    jobs = main
    for name in ENVIRONMENTS:
        assert [need["job"] for need in jobs[f"apply-{name}"]["needs"]] == [f"plan-{name}"]
        assert f"apply --environment {name}" in jobs[f"apply-{name}"]["script"][-1]
        assert jobs[f"plan-{name}"]["artifacts"]["reports"]["terraform"] == f"plan/{name}.json"
        assert jobs[f"plan-{name}"]["artifacts"]["access"] == "developer"


def test_no_job_waits_for_a_button_by_needs(main: Jobs) -> None:
    jobs = main
    needed = {need["job"] for job in jobs.values() for need in job.get("needs") or []}
    assert not any(jobs[name]["when"] == "manual" for name in needed)


def test_each_job_has_the_role_and_the_scope_of_what_it_does(main: Jobs) -> None:
    jobs = main
    for name in ENVIRONMENTS:
        plan, apply = jobs[f"plan-{name}"], jobs[f"apply-{name}"]
        assert plan["environment"] == {"name": f"plan/{name}", "action": "access"}
        assert apply["environment"] == f"infrastructure/{name}"
        assert plan["id_tokens"]["AWS_ID_TOKEN"]["aud"] == "modelway-plan"
        assert apply["id_tokens"]["AWS_ID_TOKEN"]["aud"] == "modelway-infrastructure"
        assert plan["resource_group"] == apply["resource_group"]


def test_who_writes_the_note_has_no_role(merge_request: Jobs) -> None:
    note = merge_request["note-plans"]
    assert "id_tokens" not in note
    assert note["environment"]["name"] == "plan/notes"


@pytest.mark.parametrize(("source", "others"), [("merge_request_event", {"tests"}), ("push", set())])
def test_what_terraform_does_not_ship_starts_none_of_its_jobs(repo: Repo, source: str, others: set[str]) -> None:
    assert set(repo.jobs(source, "docs/gitlab.md", TERRAFORM)) == others


@pytest.mark.parametrize(("source", "jobs"), [("merge_request_event", {"tests"}), ("push", {"bundle"})])
def test_without_terraform_all_is_as_before(repo: Repo, source: str, jobs: set[str]) -> None:
    assert set(repo.jobs(source, SHIPPED, {})) == jobs


def test_a_models_road_has_none_of_them(repo: Repo) -> None:
    jobs = repo.jobs("pipeline", SHIPPED, TERRAFORM)
    assert not [name for name in jobs if name.startswith(("plan-", "apply-", "terraform", "checkov"))]


def test_a_job_is_one_line_that_runs_at_a_desk_too() -> None:
    text = (CHECKOUT / ".gitlab" / "infrastructure.yml").read_text()
    assert text.count("- python -m ci ") == 2 * len(ENVIRONMENTS) + 1
