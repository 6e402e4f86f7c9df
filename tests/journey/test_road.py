"""The whole road, through a real Airflow: three pushes of one model, as its owner lives through them."""

import json
import subprocess
import urllib.request

import pytest

from tests.journey.owner import Owner
from tests.platform.desk import processes_of

pytestmark = [pytest.mark.journey, pytest.mark.server]
MODEL, ENDPOINT = "demo/breast-cancer", "demo--breast-cancer"


@pytest.fixture(scope="module")
def first(owner: Owner) -> "subprocess.CompletedProcess[str]":
    return owner.push()


@pytest.fixture(scope="module")
def first_deployed(owner: Owner, first: object) -> "subprocess.CompletedProcess[str]":
    return owner.approve()


@pytest.fixture(scope="module")
def second(owner: Owner, first_deployed: object) -> "subprocess.CompletedProcess[str]":
    owner.change("model.toml", "c = 0.0017", "c = 0.015")
    return owner.push()


@pytest.fixture(scope="module")
def second_deployed(owner: Owner, second: object) -> "subprocess.CompletedProcess[str]":
    return owner.approve()


@pytest.fixture(scope="module")
def third(owner: Owner, second_deployed: object) -> "subprocess.CompletedProcess[str]":
    owner.change("train.py", "    model = fit(", '    raise ValueError("the rows are upside down")\n    model = fit(')
    return owner.push()


def test_the_first_push_trains_version_one(first: "subprocess.CompletedProcess[str]") -> None:
    assert first.returncode == 0, first.stderr
    assert f"{MODEL} 1.0.0: first" in first.stdout
    assert "s3://" in first.stdout  # its data was uploaded


def test_nothing_is_deployed_without_approval(owner: Owner, first: object) -> None:
    assert owner.client("sagemaker").list_endpoints()["Endpoints"] == []
    (package,) = owner.client("sagemaker").list_model_packages(ModelPackageGroupName=ENDPOINT)[
        "ModelPackageSummaryList"
    ]
    assert package["ModelApprovalStatus"] == "PendingManualApproval"


def test_a_deployment_of_an_unapproved_version_is_refused_with_words(owner: Owner, first: object) -> None:
    version = ("--project", "demo", "--model", "breast-cancer", "--version", "1.0.0")
    refused = owner.ci("trigger", "deploy", *version, "--bucket", "modelway-local-123456789012")
    assert refused.returncode != 0
    assert "1.0.0 is PendingManualApproval, not Approved" in refused.stderr
    assert "not Approved" in owner.told(f"{MODEL} 1.0.0: deploy failed")["mail"]


def test_a_version_that_was_never_trained_cannot_be_approved(owner: Owner, first: object) -> None:
    refused = owner.approve("9.9.9")
    assert refused.returncode != 0
    assert "no trained version 9.9.9; there are 1.0.0" in refused.stderr


def test_an_approved_version_answers_as_itself(
    owner: Owner, first_deployed: "subprocess.CompletedProcess[str]"
) -> None:
    assert first_deployed.returncode == 0, first_deployed.stderr
    predicted = owner.desk.run("predict")
    assert predicted.returncode == 0, predicted.stderr
    assert f"model={MODEL};version=1.0.0;training-data=s3://" in predicted.stdout


def test_a_better_push_is_judged_against_the_champion_on_the_same_rows(
    owner: Owner, second: "subprocess.CompletedProcess[str]"
) -> None:
    assert second.returncode == 0, second.stderr
    assert f"{MODEL} 1.0.1: better: f1 differs by +" in second.stdout
    for words in owner.told(f"{MODEL} 1.0.1 trained: better").values():
        assert "better than 1.0.0" in words


def test_the_endpoint_is_updated_to_the_better_version(
    owner: Owner, second_deployed: "subprocess.CompletedProcess[str]"
) -> None:
    assert second_deployed.returncode == 0, second_deployed.stderr
    config = owner.client("sagemaker").describe_endpoint(EndpointName=ENDPOINT)["EndpointConfigName"]
    assert config.startswith(f"{ENDPOINT}-v1-0-1-")
    assert "version=1.0.1" in owner.desk.run("predict").stdout
    assert ENDPOINT in owner.told(f"{MODEL} 1.0.1 is live")["slack"]


def test_a_push_that_raises_fails_with_its_reason_everywhere(
    owner: Owner, third: "subprocess.CompletedProcess[str]"
) -> None:
    assert third.returncode != 0
    assert "the rows are upside down" in third.stderr
    for words in owner.told(f"{MODEL} 1.0.2: train failed").values():
        assert "AlgorithmError" in words
        assert "Running python train.py -c 0.015" in words  # a line of the log
        assert "the rows are upside down" in words


def test_what_failed_is_neither_registered_nor_live(owner: Owner, third: object) -> None:
    sagemaker = owner.client("sagemaker")
    packages = sagemaker.list_model_packages(ModelPackageGroupName=ENDPOINT)["ModelPackageSummaryList"]
    assert sorted(each["ModelPackageDescription"].split()[0] for each in packages) == ["1.0.0", "1.0.1"]
    assert sagemaker.list_models(NameContains="v1-0-2")["Models"] == []
    assert "version=1.0.1" in owner.desk.run("predict").stdout


def test_the_run_is_failed_in_airflow_too(owner: Owner, third: object) -> None:
    port = json.loads((owner.desk.home / "platform.json").read_text())["ports"]["airflow"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/auth/token") as answer:
        token = json.load(answer)["access_token"]
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v2/dags/train/dagRuns?order_by=-start_date",
        headers={"Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request) as answer:
        states = [run["state"] for run in json.load(answer)["dag_runs"]]
    assert states == ["failed", "success", "success"]


def test_everything_is_there_after_down_and_up(owner: Owner, second_deployed: object) -> None:
    assert owner.desk.run("down").returncode == 0
    assert processes_of(owner.desk.home) == []
    assert owner.desk.run("up").returncode == 0
    assert "version=1.0.1" in owner.desk.run("predict").stdout
