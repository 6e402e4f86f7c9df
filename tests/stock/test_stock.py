"""The provider's own operators and sensors, and Airflow's own example, run against the local AWS as against AWS."""

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.local.conftest import LocalAws, clean_environment
from tests.local.sagemaker_world import QUICK, ROLE, World

pytestmark = [pytest.mark.server, pytest.mark.slow]
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
REGION = "us-east-1"  # where Airflow's example finds AWS's image of nearest neighbours
PROVIDER = "apache-airflow-providers-amazon"
EXAMPLE = "tests/system/amazon/aws/example_sagemaker_endpoint.py"

Run = Callable[[Path], Any]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A local AWS with a stand-in for AWS's image."""
    aws = LocalAws(tmp_path_factory.mktemp("aws"), env=QUICK).start()
    world = World(aws)
    session: Any = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION)
    registry = session.client("ecr", endpoint_url=world.aws.endpoint_url)
    registry.create_repository(repositoryName="knn")
    world.build((HERE / "neighbours.py").read_text("utf-8"), tag="1", repository="knn", ecr=registry)
    yield world
    aws.stop()


@pytest.fixture(scope="module")
def run(world: World, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the DAG of a file in an Airflow whose AWS is the local one."""
    environment = surroundings(tmp_path_factory.mktemp("airflow"), endpoint_url=world.aws.endpoint_url)

    def run(file: Path) -> Any:
        command = [sys.executable, str(HERE / "runner.py"), str(file)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)
        sys.stdout.write(done.stdout + done.stderr)  # pytest shows it where the test fails
        assert done.returncode == 0
        outcome = json.loads(done.stdout.splitlines()[-1])
        assert outcome["state"] == "success"
        return outcome

    return run


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Airflow's example DAG, from the source distribution of the provider that is installed: the wheel has none."""
    wanted = f"{PROVIDER}=={version(PROVIDER)}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", wanted]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    if done.returncode:
        pytest.skip(f"the sources of {wanted} cannot be had: {done.stderr.strip().splitlines()[-1]}")
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as sources:
        sources.extractall(tmp_path, filter="data")
    return next(tmp_path.glob(f"*/{EXAMPLE}"))


def surroundings(home: Path, *, endpoint_url: str) -> dict[str, str]:
    """The environment of an Airflow of its own that knows the local AWS only."""
    return clean_environment() | {
        "HOME": str(home),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW_CONN_AWS_DEFAULT": "aws://",
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
        "PYTHONPATH": str(ROOT),
        "ROLE_ARN": ROLE,
    }


def test_the_operators_lead_from_a_bucket_to_an_answer_and_clean_up(run: Run) -> None:
    outcome = run(HERE / "dags" / "endpoint.py")
    assert set(outcome["tasks"].values()) == {"success"}
    assert outcome["returned"]["ask"] == [0.0, 1.0]


def test_each_kind_of_job_ends_for_operators_deferrals_and_sensors(run: Run) -> None:
    outcome = run(HERE / "dags" / "kinds.py")
    assert set(outcome["tasks"].values()) == {"success"}
    assert outcome["returned"]["outputs"] == ["batch-deferred/test.csv.out", "batch-sensed/test.csv.out"]


@pytest.mark.environment
def test_airflows_own_example_runs_as_it_is(run: Run, example: Path) -> None:
    outcome = run(example)
    assert {name for name, state in outcome["tasks"].items() if state != "success"} == {"watcher"}
    assert "predicted_label" in outcome["returned"]["call_endpoint"][0]
