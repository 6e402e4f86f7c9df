"""The whole road, through a real Airflow: three pushes of one model, as its owner lives through them."""

import json
import re
import subprocess
import urllib.request
from typing import Any

import pytest

from tests.journey.owner import Owner
from tests.platform.desk import processes_of
from tests.platform.terminal import Terminal, open_terminal

pytestmark = [pytest.mark.journey, pytest.mark.server]
MODEL, ENDPOINT = "demo/breast-cancer", "demo--breast-cancer"


@pytest.fixture(scope="module")
def first(owner: Owner) -> "subprocess.CompletedProcess[str]":
    return owner.push()


@pytest.fixture(scope="module")
def first_deployed(owner: Owner, first: object) -> "subprocess.CompletedProcess[str]":
    return owner.approve()


@pytest.fixture(scope="module")
def second(owner: Owner, first_deployed: object) -> Terminal:
    """At a terminal, whose question is answered with no."""
    owner.change("model.toml", "c = 0.0017", "c = 0.015")
    terminal = open_terminal(*owner.desk.command("push", str(owner.repository), "--logs"))
    terminal.read_until(f"Deploy 1.0.1 to endpoint {ENDPOINT}? [Y/n]:")
    terminal.type("n\n")
    assert terminal.read_to_the_end() == 0, terminal.text
    return terminal


@pytest.fixture(scope="module")
def second_deployed(owner: Owner, second: object) -> "subprocess.CompletedProcess[str]":
    return owner.approve()


@pytest.fixture(scope="module")
def third(owner: Owner, again: object) -> "subprocess.CompletedProcess[str]":
    owner.change("train.py", "    model = fit(", '    raise ValueError("the rows are upside down")\n    model = fit(')
    return owner.push()


def test_the_first_push_trains_version_one(first: "subprocess.CompletedProcess[str]") -> None:
    assert first.returncode == 0, first.stderr
    assert f"{MODEL} 1.0.0: first" in first.stdout
    assert "2 files to models/demo/breast-cancer/data/" in first.stdout
    assert "next: python -m local approve 1.0.0" in first.stdout


def test_every_step_and_task_of_a_push_is_told_once(first: "subprocess.CompletedProcess[str]") -> None:
    rows = [line[:34].split(maxsplit=1) for line in first.stdout.splitlines() if line.startswith(("ok ", "skipped "))]
    told = {name.strip(): state for state, name in rows}
    assert len(rows) == len(told)
    assert told == {
        "check": "ok",
        "version": "ok",
        "image": "ok",
        "data": "ok",
        "publish": "ok",
        "queue the training": "ok",
        "read the release": "ok",
        "train": "ok",
        "evaluate the champion": "skipped",
        "evaluate the challenger": "ok",
        "judge": "ok",
        "make the model": "ok",
        "register for approval": "ok",
        "announce the training": "ok",
    }


def test_a_job_s_log_can_be_read_afterwards(owner: Owner, first: object) -> None:
    assert "Running python train.py" in owner.desk.run("logs", "train").stdout


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
    assert f"{MODEL} 1.0.0 answers: " in predicted.stdout
    assert "trained on s3://" in predicted.stdout


def test_a_better_push_is_judged_against_the_champion_on_the_same_rows(owner: Owner, second: Terminal) -> None:
    assert f"{MODEL} 1.0.1: better than 1.0.0\n" in second.text
    assert re.search(r"f1 +0\.\d{4} +0\.\d{4} +\+0\.\d{4} ▲ +\+0\.\d{4} to \+0\.\d{4} +✓ ≥ 0\.9\n", second.text)
    for words in owner.told(f"{MODEL} 1.0.1 trained: better").values():
        assert "better than 1.0.0" in words


def test_a_terminal_shows_the_jobs_lines_and_is_left_sane(second: Terminal) -> None:
    assert "train │ Running python train.py -c 0.015" in second.text
    assert re.search(r"evaluate │ rows=114 f1=", second.text)
    assert re.search(r"✓ +evaluate the champion +\d+\.\d s ", second.text)
    assert second.has_cursor


def test_a_no_deploys_nothing_and_names_the_command(second: Terminal) -> None:
    assert "next: python -m local approve 1.0.1 --home" in second.text
    assert "approve  " not in second.text


def test_the_endpoint_is_updated_to_the_better_version(
    owner: Owner, second_deployed: "subprocess.CompletedProcess[str]"
) -> None:
    assert second_deployed.returncode == 0, second_deployed.stderr
    config = owner.client("sagemaker").describe_endpoint(EndpointName=ENDPOINT)["EndpointConfigName"]
    assert config.startswith(f"{ENDPOINT}-v1-0-1-")
    assert f"{MODEL} 1.0.1 answers: " in owner.desk.run("predict").stdout
    assert ENDPOINT in owner.told(f"{MODEL} 1.0.1 is live")["slack"]


@pytest.fixture(scope="module")
def again(owner: Owner, second_deployed: object) -> "subprocess.CompletedProcess[str]":
    return owner.push()


def test_a_push_of_unchanged_sources_builds_and_trains_nothing(
    owner: Owner, again: "subprocess.CompletedProcess[str]"
) -> None:
    assert again.returncode == 0, again.stderr
    assert re.search(r"^ok +version .* 1\.0\.1, already released from these sources$", again.stdout, re.MULTILINE)
    assert re.search(r"^skipped +queue the training .* 1\.0\.1 is trained, by run t-", again.stdout, re.MULTILINE)
    assert f"{MODEL} 1.0.1: better than 1.0.0\n" in again.stdout
    assert "next: python -m local approve 1.0.1" in again.stdout
    assert len(runs(owner, "train")) == 2


def test_a_push_that_raises_fails_with_its_reason_everywhere(
    owner: Owner, third: "subprocess.CompletedProcess[str]"
) -> None:
    assert third.returncode != 0
    assert re.search(r"failed +train +\d+\.\d s  .*AlgorithmError", third.stdout)
    assert "the rows are upside down" in third.stderr
    assert third.stderr.splitlines()[-1].startswith(
        "modelway: the push of 1.0.2 stopped at train; nothing was deployed; look at http://"
    )
    assert third.stderr.endswith("push again (unchanged, it stays 1.0.2)\n")
    for words in owner.told(f"{MODEL} 1.0.2: train failed").values():
        assert "AlgorithmError" in words
        assert "Running python train.py -c 0.015" in words  # a line of the log
        assert "the rows are upside down" in words


def test_what_failed_is_neither_registered_nor_live(owner: Owner, third: object) -> None:
    sagemaker = owner.client("sagemaker")
    packages = sagemaker.list_model_packages(ModelPackageGroupName=ENDPOINT)["ModelPackageSummaryList"]
    assert sorted(each["ModelPackageDescription"].split()[0] for each in packages) == ["1.0.0", "1.0.1"]
    assert sagemaker.list_models(NameContains="v1-0-2")["Models"] == []
    assert f"{MODEL} 1.0.1 answers: " in owner.desk.run("predict").stdout


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


def airflow(owner: Owner, path: str) -> Any:
    """What Airflow's API answers."""
    port = json.loads((owner.desk.home / "platform.json").read_text())["ports"]["airflow"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/auth/token") as answer:
        token = json.load(answer)["access_token"]
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v2{path}", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def buttons(owner: Owner, dag: str, run: str) -> dict[tuple[str, str], str]:
    """The address behind each button of each task of the run."""
    found: dict[tuple[str, str], str] = {}
    for task in airflow(owner, f"/dags/{dag}/tasks")["tasks"]:
        links = airflow(owner, f"/dags/{dag}/dagRuns/{run}/taskInstances/{task['task_id']}/links")["extra_links"]
        found |= {(task["task_id"], name): address for name, address in links.items() if address}
    return found


def opened(address: str) -> str:
    """The page at the address."""
    with urllib.request.urlopen(address) as answer:
        return str(answer.read().decode())


def runs(owner: Owner, dag: str) -> list[dict[str, Any]]:
    """The DAG's runs, oldest first."""
    found: list[dict[str, Any]] = airflow(owner, f"/dags/{dag}/dagRuns?order_by=start_date")["dag_runs"]
    return found


def test_each_training_notes_its_version_and_verdict(owner: Owner, third: object) -> None:
    first, second, failed = (run["note"] for run in runs(owner, "train"))
    assert first.startswith(f"{MODEL} 1.0.0: **first**, f1 0.")
    assert second.startswith(f"{MODEL} 1.0.1: **better** than 1.0.0, f1 0.")
    assert failed.startswith(f"{MODEL} 1.0.2: **train** failed: ")
    assert runs(owner, "deploy")[-1]["note"] == f"{MODEL} 1.0.1: **live** on {ENDPOINT}"


def test_the_tasks_of_a_run_queue_in_their_projects_pool(owner: Owner, first: object) -> None:
    run = runs(owner, "train")[0]["dag_run_id"]
    tasks = airflow(owner, f"/dags/train/dagRuns/{run}/taskInstances")["task_instances"]
    assert {task["pool"] for task in tasks} == {"modelway-demo"}
    assert "modelway-demo" in {pool["name"] for pool in airflow(owner, "/pools")["pools"]}


def test_each_button_leads_to_what_its_task_has_made(owner: Owner, second_deployed: object) -> None:
    trained = buttons(owner, "train", runs(owner, "train")[1]["dag_run_id"])
    pages = {button: opened(address) for button, address in trained.items()}
    assert "train_loss=" in pages["train", "Log"]
    assert "&quot;f1&quot;" in pages["judge", "Evaluation"]
    assert '"state good">Approved<' in pages["register", "Model package"]
    assert "&quot;outcome&quot;: &quot;better&quot;" in pages["record_training", "Result"]
    assert {task for task, name in pages if name == "Job"} == {"train", "evaluate_champion", "evaluate_challenger"}
    deployed = buttons(owner, "deploy", runs(owner, "deploy")[-1]["dag_run_id"])
    assert "InService" in opened(deployed["roll_out", "Endpoint"])


def test_the_result_of_a_failed_run_leads_to_the_whole_log(owner: Owner, third: object) -> None:
    run = runs(owner, "train")[-1]["dag_run_id"]
    body = owner.client("s3").get_object(Bucket="modelway-local-123456789012", Key=f"runs/{run}/result.json")["Body"]
    address = json.load(body)["failure"]["url"]
    assert address == buttons(owner, "train", run)["train", "Log"]
    assert "ValueError: the rows are upside down" in opened(address)


def test_everything_is_there_after_down_and_up(owner: Owner, second_deployed: object) -> None:
    assert owner.desk.run("down").returncode == 0
    assert processes_of(owner.desk.home) == []
    assert owner.desk.run("up").returncode == 0
    assert f"{MODEL} 1.0.1 answers: " in owner.desk.run("predict").stdout
