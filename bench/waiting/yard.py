"""Where it is measured: an account with a history, and Airflow's scheduler and triggerer."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3

from bench.checkout import CHECKOUT, PLUGINS
from bench.errors import BenchError
from bench.road.server import awaited
from bench.waiting.account import HOUR, seed
from bench.waiting.contender import INTERVAL
from bench.waiting.ends import queue_of_ends
from bench.waiting.woken import Database
from local.airflow import airflow_environment
from local.aws.sagemaker.place import Place
from local.home import Home
from local.platform import Platform, make_platform

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}
ROLE = "arn:aws:iam::123456789012:role/bench"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/bench@sha256:" + 64 * "0"
PATIENCE = 600.0
LOOK_EVERY = 0.5


@dataclass(frozen=True)
class Yard:
    """One account and one Airflow; nothing of it outlives the bench."""

    platform: Platform

    @property
    def root(self) -> Path:
        """The folder of everything."""
        return self.platform.home.root

    @property
    def calls(self) -> Path:
        """What the local AWS was asked."""
        return self.root / "aws" / "calls.jsonl"

    @property
    def database(self) -> Database:
        """Airflow's."""
        return Database(self.root / "airflow" / "airflow.db")

    @cached_property
    def environment(self) -> Mapping[str, str]:
        """That of the local platform's Airflow, at the bench's pace and with the bench's DAG."""
        return airflow_environment(self.platform, CREDENTIALS) | {
            "PYTHONPATH": os.pathsep.join([str(CHECKOUT), str(PLUGINS)]),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.root / "dags"),
            "AIRFLOW__MODELWAY__POLL_SECONDS": str(INTERVAL),
        }

    def client(self, service: str) -> Any:
        """A client of the local AWS."""
        session: Any = boto3.Session("bench", "bench", region_name=self.platform.identity.region)
        return session.client(service, endpoint_url=self.platform.aws_url)

    def create(self, jobs: Iterable[str]) -> None:
        """Start training jobs."""
        sagemaker = self.client("sagemaker")
        for job in jobs:
            sagemaker.create_training_job(
                TrainingJobName=job,
                RoleArn=ROLE,
                AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
                OutputDataConfig={"S3OutputPath": "s3://bench/"},
                ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
                StoppingCondition={"MaxRuntimeInSeconds": 86_400},
            )

    def end(self, jobs: Iterable[str]) -> None:
        """Let jobs end now."""
        with (self.root / "endings").open("w", encoding="utf-8") as pipe:
            pipe.writelines(f"{job}\n" for job in jobs)

    def ended(self, jobs: Iterable[str]) -> dict[str, float]:
        """When each job ended, as SageMaker says."""
        wanted = set(jobs)
        pages = self.client("sagemaker").get_paginator("list_training_jobs")
        recent = pages.paginate(CreationTimeAfter=time.time() - HOUR, PaginationConfig={"PageSize": 100})
        rows = (row for page in recent for row in page["TrainingJobSummaries"] if row["TrainingJobName"] in wanted)
        return {row["TrainingJobName"]: row["TrainingEndTime"].timestamp() for row in rows}

    def defer(self, asked: Mapping[str, Any]) -> None:
        """Leave what workers' deferrals leave, by contender."""
        command = [sys.executable, "-m", "bench.waiting.deferral"]
        done = subprocess.run(
            command,
            input=json.dumps(asked).encode(),
            env=dict(self.environment),
            cwd=CHECKOUT,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            raise BenchError(f"no task could be deferred:\n{done.stderr.decode()[-2000:]}")

    @contextmanager
    def hearing(self) -> Iterator[str]:
        """The address of a queue of ends, for as long as it is needed: who has no rule gets no events made."""
        with queue_of_ends(self.client("sqs"), self.client("events")) as url:
            yield url

    @contextmanager
    def running(self, part: str) -> Iterator[int]:
        """A part of Airflow as a process of its own; its pid."""
        log = self.root / "logs" / f"{part}.log"
        command = [sys.executable, "-m", "airflow", part, "--skip-serve-logs"]
        with log.open("ab") as output:
            process = subprocess.Popen(command, env=dict(self.environment), cwd=CHECKOUT, stdout=output, stderr=output)
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(PATIENCE)

    def until(self, done: Callable[[], bool], *, what: str) -> None:
        """Return once it is so; raises BenchError when it takes too long."""
        deadline = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > deadline:
                raise BenchError(f"{what} took more than {PATIENCE:.0f} s on this machine; measure fewer with --most")
            time.sleep(LOOK_EVERY)


@contextmanager
def opened(*, old: int) -> Iterator[Yard]:
    """A yard with so many old jobs and a running scheduler."""
    with ExitStack() as stack:
        root = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="modelway-bench-", ignore_cleanup_errors=True))
        )
        yard = Yard(make_platform(Home(root)))
        identity = yard.platform.identity
        seed(root, Place(identity.account, identity.region), count=old)
        (root / "dags").mkdir()
        shutil.copyfile(Path(__file__).with_name("dag.py"), root / "dags" / "waiting.py")
        stack.enter_context(_local_aws(yard))
        yard.defer({})
        stack.enter_context(yard.running("scheduler"))
        yield yard


def _local_aws(yard: Yard) -> Any:
    port = str(yard.platform.identity.ports.aws)
    command = [sys.executable, "-m", "bench.waiting.server", "--home", str(yard.root), "--port", port]
    health = f"{yard.platform.aws_url}/-/healthy"
    # AWS would throttle whoever describes a hundred jobs a second; here all may ask as often as they like.
    return awaited(command, health, cwd=CHECKOUT, environment={**yard.environment, "MODELWAY_RATES": "0"})
