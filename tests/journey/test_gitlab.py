"""The whole road by GitLab's own files, through the real gitlab-ci-local: two repositories and one button."""

import getpass
import json
import re
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from local.gitlab.pipeline import read_pipeline
from local.gitlab.place import Place
from local.gitlab.tool import ToolMissing, artifacts, ensure_tool
from tests.journey.owner import Owner

pytestmark = [pytest.mark.journey, pytest.mark.server, pytest.mark.slow]
PREFIX = "models/demo/breast-cancer"
LEAK = "a-secret-of-the-person-at-the-desk"


@pytest.fixture(scope="module", autouse=True)
def _tool() -> None:
    try:
        ensure_tool()
    except ToolMissing as error:
        pytest.skip(f"gitlab-ci-local cannot run here: {error}")


@pytest.fixture(scope="module")
def pushed(owner: Owner) -> "subprocess.CompletedProcess[str]":
    """The first push; the model's own test prints its environment, as a curious one may."""
    test = owner.repository / "tests" / "test_environment.py"
    test.write_text("import os\n\n\ndef test_nothing_of_mine_is_here():\n    assert 'LEAK' not in os.environ\n")
    owner.commit("test: look at the environment")
    return owner.desk.run("push", str(owner.repository), "--gitlab", environment={"LEAK": LEAK}, seconds=600)


def pipelines(owner: Owner) -> dict[str, Any]:
    """What the local GitLab has recorded, by project."""
    files = (owner.desk.home / "gitlab" / "pipelines").glob("*/pipeline.json")
    found = [json.loads(file.read_text()) for file in files]
    return {pipeline["project"]["path"]: pipeline for pipeline in found}


def statuses(pipeline: dict[str, Any]) -> dict[str, str]:
    return {job["name"]: job["status"] for job in pipeline["jobs"]}


def read_json(owner: Owner, key: str) -> Any:
    s3 = owner.client("s3")
    return json.loads(s3.get_object(Bucket=s3.list_buckets()["Buckets"][0]["Name"], Key=key)["Body"].read())


def test_both_pipelines_run_their_jobs_and_stop_at_the_button(
    owner: Owner, pushed: "subprocess.CompletedProcess[str]"
) -> None:
    assert pushed.returncode == 0, pushed.stderr
    found = pipelines(owner)
    assert statuses(found["team/model"]) == dict.fromkeys(
        ["validate", "test", "sources", "train-and-deploy"], "success"
    )
    road = dict.fromkeys(["fetch", "check", "version", "package", "train", "note"], "success")
    assert statuses(found["platform/ml-ops"]) == road | {"deploy": "manual"}
    assert "demo/breast-cancer 1.0.0: first" in pushed.stdout


def test_the_release_was_made_by_the_jobs_of_the_other_project(owner: Owner, pushed: object) -> None:
    ours = pipelines(owner)["platform/ml-ops"]
    (version,) = [job["id"] for job in ours["jobs"] if job["name"] == "version"]
    assert read_json(owner, f"{PREFIX}/reservations/00000001.json")["job"] == str(version)
    release = read_json(owner, f"{PREFIX}/releases/1.0.0/release.json")
    assert re.fullmatch(rf"http://127\.0\.0\.1:\d+/platform/ml-ops/-/pipelines/{ours['id']}", release["pipeline_url"])
    assert release["commit"] == owner.head()
    assert [person["login"] for person in release["pushed_by"]] == [getpass.getuser()]


def test_the_release_s_link_leads_to_its_pipeline_after_the_push(owner: Owner, pushed: object) -> None:
    release = read_json(owner, f"{PREFIX}/releases/1.0.0/release.json")
    with urllib.request.urlopen(release["pipeline_url"]) as page:
        assert b"python -m local approve" in page.read()


def test_the_merge_request_has_one_note_with_the_verdict(owner: Owner, pushed: object) -> None:
    (project,) = json.loads((owner.desk.home / "gitlab" / "merge-requests.json").read_text()).values()
    (merge_request,) = project.values()
    assert merge_request["sha"] == owner.head()
    (note,) = merge_request["notes"]
    assert "demo/breast-cancer 1.0.0: first**" in note
    assert note.endswith("<!-- modelway: demo/breast-cancer 1.0.0 -->\n")


def test_the_results_are_artifacts_of_the_training(owner: Owner, pushed: object) -> None:
    place = Place(owner.desk.home / "gitlab")
    ours = read_pipeline(place, pipelines(owner)["platform/ml-ops"]["id"])
    assert ours
    left = artifacts(ours.checkout(place), "train") / "results"
    assert sorted(path.name for path in left.iterdir()) == ["annotations.json", "junit.xml", "metrics.txt", "note.md"]


def test_nothing_is_served_before_the_button_is_pressed(owner: Owner, pushed: object) -> None:
    assert [each["ModelApprovalStatus"] for each in packages(owner)] == ["PendingManualApproval"]


def packages(owner: Owner) -> list[Any]:
    sagemaker = owner.client("sagemaker")
    listed = sagemaker.list_model_packages(ModelPackageGroupName="demo--breast-cancer")["ModelPackageSummaryList"]
    return [sagemaker.describe_model_package(ModelPackageName=each["ModelPackageArn"]) for each in listed]


def test_the_pressed_button_deploys_in_the_name_that_gitlab_signed(owner: Owner, pushed: object) -> None:
    pressed = owner.approve()
    assert pressed.returncode == 0, pressed.stderr
    ours = pipelines(owner)["platform/ml-ops"]
    assert statuses(ours)["deploy"] == "success"
    (deploy,) = [job["id"] for job in ours["jobs"] if job["name"] == "deploy"]
    (package,) = packages(owner)
    metadata = package["CustomerMetadataProperties"]
    assert (metadata["approved_by"], metadata["approved_job"]) == (getpass.getuser(), str(deploy))


def test_the_endpoint_answers(owner: Owner, pushed: object) -> None:
    asked = owner.desk.run("predict")
    assert asked.returncode == 0, asked.stderr
    assert "demo/breast-cancer 1.0.0 answers" in asked.stdout


def test_no_job_has_seen_the_desk_s_own_variables(owner: Owner, pushed: object) -> None:
    for log in Path(owner.desk.home / "gitlab" / "pipelines").glob("*/*.log"):
        assert LEAK not in log.read_text(), log
