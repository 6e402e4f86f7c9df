"""Operators run as in a worker, against a local AWS; the triggerer's part runs in an event loop of the test."""

import asyncio
import importlib
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from tests.local.conftest import ACCOUNT, REGION, LocalAws
from tests.local.sagemaker_world import BUCKET, QUICK, ROLE, World

# Airflow reads its configuration when it is first imported, which the test files do.
HOME = tempfile.TemporaryDirectory(prefix="modelway-airflow-")  # removed with the test process
os.environ["AIRFLOW_HOME"] = HOME.name
os.environ |= {
    "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__MODELWAY__BUCKET": BUCKET,
    "AIRFLOW__MODELWAY__ROLE_ARN": ROLE,
    "AIRFLOW__MODELWAY__TOPIC_ARN": f"arn:aws:sns:{REGION}:{ACCOUNT}:modelway-{{project}}",
    "AIRFLOW__MODELWAY__POLL_SECONDS": "0.1",
    "AIRFLOW__MODELWAY__ENVIRONMENT": "test",
    "AIRFLOW_CONN_AWS_DEFAULT": "aws://",
}

# That import also makes Airflow's console handler everybody's; the other tests keep what they had.
before = (logging.root.handlers[:], logging.root.level)
importlib.import_module("airflow.settings").initialize()
logging.root.handlers, logging.root.level = before


class Told:
    """The task instance that an operator speaks to: it keeps what was pushed, and is told which try it is."""

    dag_id, task_id, run_id = "train", "train", "t-0123456789abcdef"

    def __init__(self) -> None:
        self.pushed: dict[str, Any] = {}
        self.try_number = 1
        self.max_tries = 0

    def xcom_push(self, key: str, value: Any) -> None:
        """Keep it."""
        self.pushed[key] = value


class Worker:
    """Runs an operator to its end, through its deferrals; `meanwhile` happens in each of them."""

    def __init__(self) -> None:
        self.ti = Told()
        self.deferred = 0
        self.meanwhile: Callable[[], Any] = lambda: None

    @property
    def context(self) -> Any:
        """What Airflow hands to an operator."""
        return {"ti": self.ti, "run_id": self.ti.run_id}

    def run(self, operator: Any) -> Any:
        """What the operator returns."""
        from modelway.tasks.compat import TaskDeferred

        context = self.context
        step = partial(operator.execute, context)
        while True:
            try:
                return step()
            except TaskDeferred as deferral:
                self.deferred += 1
                self.meanwhile()
                event = asyncio.run(first_event(deferral.trigger))
                resumed = partial(getattr(operator, deferral.method_name), context, **(deferral.kwargs or {}))
                step = partial(resumed, event=event.payload)


async def first_event(trigger: Any) -> Any:
    """What the trigger fires with."""
    return await anext(trigger.run())


@pytest.fixture(scope="package")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """One local AWS for all tests of operators."""
    server = LocalAws(tmp_path_factory.mktemp("home"), env=QUICK | {"MODELWAY_ENDPOINT_START": "5"}).start()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def world(aws: LocalAws) -> Iterator[World]:
    """Its bucket, image and clients; Airflow's hooks reach it by the environment."""
    patch = pytest.MonkeyPatch()
    variables = {
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
    }
    for name, value in variables.items():
        patch.setenv(name, value)
    patch.delenv("AWS_CA_BUNDLE", raising=False)
    yield World(aws)
    patch.undo()


@pytest.fixture
def worker() -> Worker:
    """A worker of its own for each test."""
    return Worker()
