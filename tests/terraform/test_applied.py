"""The whole platform by one apply: the very root on the local AWS, a model's road on what it has made, and its end."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.platform.desk import REPOSITORY, Desk, clean_environment, processes_of
from tests.provider import WHY, is_out_of_reach
from tests.terraform.evidence import policies_of, unjustified

pytestmark = [pytest.mark.terraform, pytest.mark.server, pytest.mark.journey]
ROOMS = ("ci", "container", "dags", "examples", "lambda", "local", "model_template", "plugins", "terraform")
FILES = ("models.toml", "requirements.txt")
PASSED_ON = re.compile(r"^# (?P<address>\S+) (?:will be|must be) (?P<what>\w+)", re.MULTILINE)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A platform by `up --terraform`, in a copy of this checkout that a test may edit."""
    folder = tmp_path_factory.mktemp("applied")
    desk = Desk(folder / "home", checkout_copy(folder / "checkout"))
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not on PATH; install 1.11 or later from https://developer.hashicorp.com/terraform")
    started = desk.run("up", "--terraform", seconds=600)
    if started.returncode and is_out_of_reach(started.stderr):
        pytest.skip(f"{WHY}: {started.stderr}")
    assert started.returncode == 0, started.stderr
    yield desk
    desk.run("down")
    assert processes_of(desk.home) == []


def checkout_copy(folder: Path) -> Path:
    """What the platform and its road are made of."""
    for room in ROOMS:
        leave = shutil.ignore_patterns("__pycache__", "data", ".terraform", "*.tfstate*")
        shutil.copytree(REPOSITORY / room, folder / room, ignore=leave)
    for file in FILES:
        shutil.copy(REPOSITORY / file, folder / file)
    return folder


@pytest.fixture(scope="module")
def answered(desk: Desk) -> str:
    """A model's road, from its push to an endpoint's answers, and once more for a better version beside the first."""
    done = desk.run("push", "model_template", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    asked = desk.run("predict")
    assert asked.returncode == 0, asked.stderr
    model = desk.checkout / "model_template" / "model.toml"
    model.write_text(model.read_text().replace("c = 0.0017", "c = 0.015"))
    better = desk.run("push", "model_template", "--yes")
    assert "demo/breast-cancer 1.0.1: better than 1.0.0" in better.stdout, better.stdout + better.stderr
    retrain = ("retrain", "--project", "demo", "--model", "breast-cancer", "--env-file", str(desk.home / "retrain.env"))
    for role, arguments in (("trigger", retrain), ("production", ("bundle",))):
        job = gitlab_job(desk, role, *arguments)
        assert job.returncode == 0, job.stdout + job.stderr
    return asked.stdout


def gitlab_job(desk: Desk, role: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A job of ml-ops that no command of the desk runs, as its role."""
    keys = json.loads((desk.home / "supervisor" / "credentials.json").read_text())[f"modelway-gitlab-{role}"]
    port = json.loads((desk.home / "platform.json").read_text())["ports"]["aws"]
    environment = (
        clean_environment()
        | keys
        | {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_REGION": "eu-west-1",
            "MODELWAY_BUCKET": "modelway-dev-123456789012",
            "PYTHONPATH": "plugins",
        }
    )
    command = [sys.executable, "-m", "ci", *arguments]
    return subprocess.run(command, cwd=desk.checkout, env=environment, capture_output=True, text=True, check=False)


def aws(desk: Desk, service: str) -> Any:
    """The local AWS, as the account's root; MWAA's client puts no `api.` before the address."""
    port = json.loads((desk.home / "platform.json").read_text())["ports"]["aws"]
    root: Any = boto3.Session(aws_access_key_id="root", aws_secret_access_key="root", region_name="eu-west-1")
    return root.client(service, endpoint_url=f"http://127.0.0.1:{port}", config=Config(inject_host_prefix=False))


def planned(desk: Desk, *options: str) -> dict[str, str]:
    """What a plan would do, by resource; an exit code of 0 says that it is nothing."""
    plan = desk.run("terraform", "plan", "-no-color", "-detailed-exitcode", *options)
    assert plan.returncode in (0, 2), plan.stderr
    found = {match["address"]: match["what"] for match in PASSED_ON.finditer(re.sub("(?m)^ +", "", plan.stdout))}
    assert bool(found) == (plan.returncode == 2), plan.stdout
    return found


def outputs(desk: Desk) -> dict[str, Any]:
    """The root's outputs."""
    shown = desk.run("terraform", "output", "-json")
    assert shown.returncode == 0, shown.stderr
    return {name: each["value"] for name, each in json.loads(shown.stdout).items()}


def test_the_road_runs_on_what_terraform_has_made(desk: Desk, answered: str) -> None:
    made = outputs(desk)
    assert (made["bucket"], made["mwaa_environment"]) == ("modelway-dev-123456789012", "modelway-dev")
    assert "trained on s3://modelway-dev-123456789012/models/demo/breast-cancer/data/train/" in answered
    roles = {call["role"] for call in calls(desk)}
    acting = {arn.rpartition("/")[2] for arn in (*made["function_roles"].values(), *made["sagemaker_roles"].values())}
    assert roles >= acting | {"modelway-mwaa", "modelway-gitlab-image", "modelway-gitlab-trigger"}
    assert roles <= acting | {arn.rpartition("/")[2] for arn in made["gitlab_roles"].values()} | {
        "modelway-mwaa",
        "modelway-infrastructure",
        "modelway-user",
        "root",
    }


def test_airflow_has_the_options_of_the_environment(desk: Desk, answered: str) -> None:
    found = json.loads((desk.home / "supervisor" / "airflow-scheduler.environment.json").read_text())
    assert found["AIRFLOW__MODELWAY__KMS_KEY"].endswith(":alias/modelway-{project}")
    assert found["AIRFLOW__MODELWAY__ENVIRONMENT"] == "dev"
    job = aws(desk, "sagemaker").list_training_jobs()["TrainingJobSummaries"][0]["TrainingJobName"]
    described = aws(desk, "sagemaker").describe_training_job(TrainingJobName=job)
    assert described["OutputDataConfig"]["KmsKeyId"].endswith(":alias/modelway-demo")
    assert described["RoleArn"].endswith(":role/modelway-sagemaker-demo")


def test_a_second_plan_is_empty(desk: Desk, answered: str) -> None:
    assert planned(desk) == {}


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("dags/train.md", {'aws_s3_object.dag["train.md"]'}),
        ("plugins/modelway/names.py", {"aws_s3_object.plugins", "aws_mwaa_environment.airflow"}),
        ("lambda/trigger_dag.py", {"aws_lambda_function.trigger"}),
    ],
)
def test_a_changed_file_changes_what_it_must_and_nothing_else(desk: Desk, file: str, changes: set[str]) -> None:
    path = desk.checkout / file
    before = path.read_text()
    path.write_text(f"{before}\n# changed\n")
    try:
        assert planned(desk, "-refresh=false") == dict.fromkeys(changes, "updated")
    finally:
        path.write_text(before)


def test_a_changed_function_is_what_answers_next(desk: Desk, answered: str) -> None:
    path = desk.checkout / "lambda" / "trigger_dag.py"
    path.write_text(path.read_text().replace("send only {', '", "send nothing but {', '"))
    applied = desk.run("up", "--terraform")
    assert applied.returncode == 0, applied.stderr
    assert "dev: 1 changed" in applied.stdout
    answer = aws(desk, "lambda").invoke(FunctionName="modelway-trigger-dag", Payload=b'{"dag": "train"}')
    assert "send nothing but conf, dag_id, run_id" in json.load(answer["Payload"])["errorMessage"]


def test_a_model_that_no_variable_names_is_refused_at_its_push(desk: Desk) -> None:
    words = "terraform/environments/dev.tfvars does not name the model demo/heart; add it to `projects` there and run"
    stranger = desk.checkout / "stranger"
    shutil.copytree(REPOSITORY / "model_template", stranger, ignore=shutil.ignore_patterns("data", "__pycache__"))
    (stranger / "model.toml").write_text((stranger / "model.toml").read_text().replace("breast-cancer", "heart"))
    refused = desk.run("push", str(stranger))
    assert refused.returncode == 1
    assert words in refused.stderr


def test_afterwards_a_destroy_leaves_nothing_and_every_right_was_needed(desk: Desk, answered: str) -> None:
    rights = policies_of(desk.home)
    take_away_what_the_road_has_made(desk)
    done = desk.run("terraform", "destroy", "-auto-approve", "-no-color", seconds=400)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert re.search(r"Destroy complete! Resources: \d\d+ destroyed\.", done.stdout)
    assert left(desk) == LEFT
    assert unjustified(desk.home, policies=rights) == []


LEFT = {
    "buckets": ["modelway-terraform-dev-123456789012"],
    "roles": ["modelway-infrastructure", "modelway-user"],
    "functions": [],
    "environments": [],
    "topics": [],
    "secrets": [],
    "repositories": [],
    "aliases": [],
    "log groups": [],
    "networks": [],
    "alarms": [],
}


def take_away_what_the_road_has_made(desk: Desk) -> None:
    """As docs/aws.md says."""
    sagemaker = aws(desk, "sagemaker")
    for endpoint in sagemaker.list_endpoints()["Endpoints"]:
        sagemaker.delete_endpoint(EndpointName=endpoint["EndpointName"])
    for group in sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]:
        named = {"ModelPackageGroupName": group["ModelPackageGroupName"]}
        for package in sagemaker.list_model_packages(**named)["ModelPackageSummaryList"]:
            sagemaker.delete_model_package(ModelPackageName=package["ModelPackageArn"])


def left(desk: Desk) -> dict[str, list[str]]:
    """What is still there of what Terraform makes; AWS's own log groups and networks aside."""
    groups = [each["logGroupName"] for each in aws(desk, "logs").describe_log_groups()["logGroups"]]
    return {
        "buckets": [each["Name"] for each in aws(desk, "s3").list_buckets()["Buckets"]],
        "roles": sorted(each["RoleName"] for each in aws(desk, "iam").list_roles()["Roles"]),
        "functions": [each["FunctionName"] for each in aws(desk, "lambda").list_functions()["Functions"]],
        "environments": aws(desk, "mwaa").list_environments()["Environments"],
        "topics": [each["TopicArn"] for each in aws(desk, "sns").list_topics()["Topics"]],
        "secrets": [each["Name"] for each in aws(desk, "secretsmanager").list_secrets()["SecretList"]],
        "repositories": [each["repositoryName"] for each in aws(desk, "ecr").describe_repositories()["repositories"]],
        "aliases": [
            each["AliasName"]
            for each in aws(desk, "kms").list_aliases()["Aliases"]
            if not each["AliasName"].startswith("alias/aws/")
        ],
        "log groups": [name for name in groups if not name.startswith("/aws/sagemaker/")],
        "networks": [each["VpcId"] for each in aws(desk, "ec2").describe_vpcs()["Vpcs"] if not each["IsDefault"]],
        "alarms": [each["AlarmName"] for each in aws(desk, "cloudwatch").describe_alarms()["MetricAlarms"]],
    }


def calls(desk: Desk) -> list[dict[str, Any]]:
    """What was asked of the local AWS."""
    return [json.loads(line) for line in (desk.home / "aws" / "calls.jsonl").read_text().splitlines()]


def test_without_terraform_the_command_says_what_to_do(tmp_path: Path) -> None:
    empty = {"PATH": "/nowhere", "HOME": os.environ.get("HOME", "/")}
    command = [sys.executable, "-m", "local", "up", "--terraform", "--home", str(tmp_path / "home")]
    refused = subprocess.run(command, cwd=REPOSITORY, env=empty, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "terraform is not on PATH; install 1.11 or later" in refused.stderr
