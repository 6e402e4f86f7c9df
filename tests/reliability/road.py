"""A platform whose trainings take as long as a test wants, and what became of each of its runs."""

import json
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from local.actors import INFRASTRUCTURE, session_of
from local.aws.airflow import AirflowApi, AirflowSilent
from local.configuration import environment_file
from local.estate.model import ensure_model
from local.health import unhealthy_parts
from local.home import Home
from local.platform import Platform, known_platform
from local.programs import airflow_programs
from local.record import read_record, write_record
from local.source import Model
from local.supervisor import Supervisor
from tests.local.sagemaker_world import World
from tests.platform.desk import Desk
from tests.reliability.quick_model import EVALUATE, MODEL, PROJECT, TRAIN, specification
from tests.sockets import wait_for

PATIENCE = 300
LONG = 400  # seconds
FINAL = ("success", "failed")


@dataclass(frozen=True)
class Outcome:
    """What a run came to: its state, how many jobs each stage has paid for, and its messages by channel."""

    state: str
    jobs: Mapping[str, int]
    messages: Mapping[str, int]


ONCE = {"mail": 1, "slack": 1}
PAID_ONCE = Outcome("success", {"train": 1, "eval": 1}, ONCE)


class Account:
    """The local AWS as `World` wants it."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._session: Any = session_of(platform, INFRASTRUCTURE)

    def client(self, service: str) -> Any:
        """A client with every right."""
        return self._session.client(service, endpoint_url=self._platform.aws_url)


class Road:
    """Starts runs of the train DAG, breaks what carries them, and counts what they leave."""

    def __init__(self, desk: Desk) -> None:
        platform = known_platform(Home(desk.home))
        assert platform is not None
        self.platform = platform
        self.supervisor = Supervisor(platform)
        ensure_model(platform, Model(PROJECT, MODEL, ("team@example.com",)))
        self.account = Account(platform)
        self.sagemaker = self.account.client("sagemaker")
        self.image = World(self.account).build(TRAIN, modules={"modelway_runtime": EVALUATE})
        self.airflow = AirflowApi(platform.airflow_url)
        for channel in ("train", "test"):
            self._put(f"data/{channel}/rows.csv", "x,y\n1,0\n")

    def train(self, version: str, *, seconds: float) -> str:
        """Publish a version whose training takes so long, and start it; the run's id."""
        release = {"project": PROJECT, "model": MODEL, "version": version, "image": self.image}
        self._put(f"releases/{version}/release.json", json.dumps({**release, "created_at": "2026-11-22T00:00:00Z"}))
        self._put(f"releases/{version}/model.toml", specification(seconds=seconds))
        conf = {"project": PROJECT, "model": MODEL, "version": version}
        run_id = f"t-{version}"
        answer = self._ask("POST", "dags/train/dagRuns", dag_run_id=run_id, logical_date=None, conf=conf)
        assert answer.status == 200, answer.content
        return run_id

    def wait(self, version: str) -> str:
        """A run whose training takes long and whose task waits, with a triggerer that looks for it; the run's id.

        A task that somebody marks before that is the sweep's: Airflow drops a trigger that nobody has taken yet.
        """
        run_id = self.train(version, seconds=LONG)
        wait_for(lambda: self.deferred([run_id]), what="a task that waits", seconds=PATIENCE)
        looks = len(self.calls("ListTrainingJobs"))
        wait_for(lambda: len(self.calls("ListTrainingJobs")) > looks + 1, what="looks of the triggerer's")
        return run_id

    def outcome(self, run_id: str) -> Outcome:
        """What the run came to, once it is over."""
        wait_for(lambda: self.state(run_id) in FINAL, what=f"the end of {run_id}", seconds=PATIENCE)
        wait_for(lambda: len(self._messages(run_id)) == len(ONCE), what=f"the messages of {run_id}")
        return Outcome(self.state(run_id), self._stages(run_id), self._messages(run_id))

    def state(self, run_id: str) -> str:
        """The run's state; empty while Airflow is away."""
        return self._field(f"dags/train/dagRuns/{run_id}", "state")

    def task_state(self, run_id: str, task: str) -> str:
        """A task's state; empty while it has none."""
        return self._field(f"dags/train/dagRuns/{run_id}/taskInstances/{task}", "state")

    def deferred(self, run_ids: Sequence[str]) -> bool:
        """Whether the training task of each of them waits in the triggerer."""
        return all(self.task_state(run_id, "train") == "deferred" for run_id in run_ids)

    def jobs(self, run_id: str) -> list[dict[str, Any]]:
        """The summaries of the training jobs that the run has made, the first attempt first."""
        mark = f"-v{run_id.removeprefix('t-').replace('.', '-')}-"
        pages = self.sagemaker.get_paginator("list_training_jobs").paginate(
            SortBy="CreationTime", SortOrder="Ascending"
        )
        return [job for page in pages for job in page["TrainingJobSummaries"] if mark in job["TrainingJobName"]]

    def statuses(self, run_id: str) -> list[str]:
        """The states of the run's training jobs, the first attempt first."""
        return [job["TrainingJobStatus"] for job in self.jobs(run_id)]

    def kill(self, program: str) -> None:
        """SIGKILL one of the platform's programs with all that it has started, and wait for supervisord's new one."""
        killed = self._pid(program)
        family = psutil.Process(killed).children(recursive=True)
        for process in (psutil.Process(killed), *family):
            process.kill()
        wait_for(lambda: self._pid(program) not in (0, killed), what=f"another {program}")

    def kill_busy_workers(self) -> None:
        """SIGKILL each worker that is at a task, and the task; an idle one holds the lock of the queue they share."""
        for worker in psutil.Process(self._pid("airflow-scheduler")).children():
            for process in [*worker.children(recursive=True), worker] if worker.children() else []:
                process.kill()

    @contextmanager
    def befallen(self, **fault: object) -> Iterator[None]:
        """Let this happen to SageMaker's callers meanwhile (`faults.toml`)."""
        lines = [f"{key} = {json.dumps(value)}" for key, value in {"service": "sagemaker", **fault}.items()]
        path = self.platform.home.root / "faults.toml"
        path.write_text("\n".join(["[[fault]]", *lines, ""]))
        try:
            yield
        finally:
            path.unlink()

    def calls(self, operation: str) -> list[dict[str, Any]]:
        """The calls of this operation that the local AWS has answered or refused, oldest first."""
        lines = (self.platform.home.root / "aws" / "calls.jsonl").read_text().splitlines()
        return [call for call in map(json.loads, lines) if call["operation"] == operation]

    def set_airflow(self, **settings: str) -> None:
        """Start all of Airflow again with these variables besides its own."""
        for program in airflow_programs(self.platform):
            path = environment_file(self.platform.home, program.name)
            write_record(path, {**(read_record(path) or {}), **settings})
            self.kill(program.name)

    def change(self, run_id: str, task: str, state: str) -> None:
        """Mark a task as somebody would on Airflow's page."""
        answer = self._ask("PATCH", f"dags/train/dagRuns/{run_id}/taskInstances/{task}", new_state=state)
        assert answer.status == 200, answer.content

    def clear(self, run_id: str, task: str) -> None:
        """Clear a task as somebody would on Airflow's page."""
        wanted = {"dag_run_id": run_id, "task_ids": [task], "dry_run": False, "only_failed": False}
        answer = self._ask("POST", "dags/train/clearTaskInstances", **wanted, include_downstream=True)
        assert answer.status == 200, answer.content

    def _ask(self, method: str, path: str, **body: Any) -> Any:
        return self.airflow.call(method, f"/api/v2/{path}", query={}, body=body or None)

    def _field(self, path: str, name: str) -> str:
        try:
            answer = self._ask("GET", path)
        except AirflowSilent:
            return ""
        return str(answer.content.get(name) or "") if answer.status == 200 else ""

    def _stages(self, run_id: str) -> Mapping[str, int]:
        """`{project}--{model}-{version}-{stage}-{hash}`: how many jobs there are of each stage."""
        evaluations = self.sagemaker.get_paginator("list_processing_jobs").paginate()
        mark = f"-v{run_id.removeprefix('t-').replace('.', '-')}-"
        names = [job["TrainingJobName"] for job in self.jobs(run_id)]
        names += [each["ProcessingJobName"] for page in evaluations for each in page["ProcessingJobSummaries"]]
        return Counter(name.split("-")[-2] for name in names if mark in name)

    def _messages(self, run_id: str) -> Mapping[str, int]:
        headline = f"{PROJECT}/{MODEL} {run_id.removeprefix('t-')}"
        with urllib.request.urlopen(f"{self.platform.inbox_url}/messages?limit=1000") as answer:
            return Counter(each["kind"] for each in json.load(answer) if headline in each["text"].splitlines()[0])

    def _pid(self, program: str) -> int:
        return next((process.pid for process in self.supervisor.processes() if process.name == program), 0)

    def _put(self, key: str, body: str) -> None:
        self.account.client("s3").put_object(
            Bucket=self.platform.bucket, Key=f"models/{PROJECT}/{MODEL}/{key}", Body=body.encode()
        )


def open_road(folder: Path) -> tuple[Desk, Road]:
    """A platform of its own in this folder, whose tasks wait in the triggerer from the first second."""
    desk = Desk(folder / "home")
    started = desk.run("up")
    assert started.returncode == 0, started.stderr
    road = Road(desk)
    road.set_airflow(
        AIRFLOW__MODELWAY__LINGER_SECONDS="0",
        AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT="15",
        AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL="2",
        # A task is missed only by the scheduler that queued it, or that took it over from one that is dead.
        AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL="5",
        AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD="15",
    )
    wait_for(
        lambda: not unhealthy_parts(road.platform.airflow_url), what="Airflow with other settings", seconds=PATIENCE
    )
    return desk, road
