"""One training job from its record to its artefact."""

import logging
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.aws.records import Record, Records
from local.aws.sagemaker.artefact import pack
from local.aws.sagemaker.channels import write_configuration
from local.aws.sagemaker.cloud import Cloud, Role
from local.aws.sagemaker.jobs import Ending, Jobs, PlatformStops, Watch, supervise
from local.aws.sagemaker.log_stream import LogStream
from local.aws.sagemaker.metrics import JobMetrics
from local.aws.sagemaker.objects import TransferError, download, join, upload
from local.aws.sagemaker.place import place_of
from local.aws.sagemaker.provision import NoInstance, Provision
from local.engine import Engine, ImageError, Run

log = logging.getLogger(__name__)
GROUP = "/aws/sagemaker/TrainingJobs"
REASON_LENGTH = 1024
MESSAGES = {
    "Starting": "Starting the training job",
    "Downloading": "Downloading input data",
    "Training": "Training image download completed. Training in progress.",
    "Uploading": "Uploading generated training model",
    "Stopping": "Stopping the training job",
    "Completed": "Training job completed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job ran longer than MaxRuntimeInSeconds",
    "Failed": "Training job failed",
}
STATUSES = {"Completed": "Completed", "Failed": "Failed", "Stopped": "Stopped", "MaxRuntimeExceeded": "Stopped"}


def transition(record: Mapping[str, Any], secondary: str, reason: str | None = None) -> dict[str, Any]:
    """The members that change when a job enters a secondary status."""
    now = time.time()
    *before, last = record.get("SecondaryStatusTransitions") or [None]
    entered = {"Status": secondary, "StartTime": now, "StatusMessage": reason or MESSAGES[secondary]}
    ended = secondary in STATUSES
    stopping = "Stopping" in (secondary, record.get("TrainingJobStatus"))
    changes: dict[str, Any] = {
        "SecondaryStatus": secondary,
        "SecondaryStatusTransitions": [
            *before,
            *([{**last, "EndTime": now}] if last else []),
            {**entered, "EndTime": now} if ended else entered,
        ],
        "TrainingJobStatus": STATUSES.get(secondary, "Stopping" if stopping else "InProgress"),
    }
    if secondary == "Training":
        changes["TrainingStartTime"] = now
    if ended:
        changes["TrainingEndTime"] = now
    if ended and "TrainingStartTime" in record:
        seconds = max(1, round(now - record["TrainingStartTime"]))
        changes |= {"TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": seconds}
    return changes | ({"FailureReason": reason[:REASON_LENGTH]} if reason else {})


class JobFailed(Exception):
    """The job ends as Failed for this reason."""


@dataclass(frozen=True)
class TrainingRun:
    """Runs the job of one record."""

    arn: str
    records: Records
    cloud: Cloud
    engine: Engine
    jobs: Jobs
    provision: Provision
    folder: Path
    grace: float

    def __call__(self, stop: threading.Event) -> None:
        """Run to the end; whatever happens, the record says it."""
        try:
            self._run(stop)
        except PlatformStops:
            raise
        except (JobFailed, NoInstance, TransferError) as failure:
            self._enter("Failed", str(failure))
        except (BotoCoreError, ClientError, ImageError) as error:
            self._enter("Failed", f"ClientError: {error}")
        except Exception as error:
            log.exception("%s failed for a reason of ours", self.arn)
            self._enter("Failed", f"InternalServerError: {error!r}")
        finally:
            shutil.rmtree(self.folder / "opt", ignore_errors=True)

    @property
    def base(self) -> Path:
        """What the job knows as /opt/ml."""
        return self.folder / "opt" / "ml"

    def _run(self, stop: threading.Event) -> None:
        self.provision.provide(self.records.find(self.arn) or {}, stop)
        if stop.is_set():
            self._enter("Stopped")
            return
        record = self._enter("Downloading")
        role = self.cloud.assume(record["RoleArn"], region=place_of(self.arn).region)
        image = self.engine.pull(record["AlgorithmSpecification"]["TrainingImage"])
        self._prepare(record, role)
        if stop.is_set():
            self._enter("Stopped")
            return
        record = self._enter("Training")
        run = Run(
            opt=self.folder / "opt",
            log=self.folder / "log",
            arguments=tuple(record["AlgorithmSpecification"].get("ContainerArguments", ["train"])),
            entrypoint=tuple(record["AlgorithmSpecification"].get("ContainerEntrypoint", [])),
            environment=self._environment(record, role),
        )
        limit = record["StoppingCondition"]["MaxRuntimeInSeconds"]
        watch = Watch(stop, self.jobs.closing, time.monotonic() + limit, self.grace)
        stream, metrics = self._observe(record)
        process = self.engine.start(image, run)
        ending, code = supervise(process, watch, pump=lambda: metrics.read(stream.pump()))
        metrics.read(stream.close())
        self.records.change(self.arn, FinalMetricDataList=metrics.final)
        self._finish(record, role, ending, code)

    def _prepare(self, record: Record, role: Role) -> None:
        """Fill /opt/ml as the training contract says."""
        for name in ("model", "output/data", "input/data"):
            (self.base / name).mkdir(parents=True, exist_ok=True)
        write_configuration(self.base / "input" / "config", record)
        for channel in record.get("InputDataConfig", []):
            place = self.base / "input" / "data" / channel["ChannelName"]
            download(role("s3"), channel["DataSource"]["S3DataSource"]["S3Uri"], place)

    def _environment(self, record: Record, role: Role) -> dict[str, str]:
        own = {"TRAINING_JOB_NAME": record["TrainingJobName"], "TRAINING_JOB_ARN": self.arn}
        return {**role.environment(), **record.get("Environment", {}), **own}

    def _observe(self, record: Record) -> tuple[LogStream, JobMetrics]:
        job, region = record["TrainingJobName"], place_of(self.arn).region
        client = partial(self.cloud, region=region)
        name = f"{job}/algo-1-{int(time.time())}"
        stream = LogStream(client("logs"), group=GROUP, name=name, file=self.folder / "log")
        definitions = record["AlgorithmSpecification"].get("MetricDefinitions", [])
        return stream, JobMetrics(definitions, job=job, client=client("cloudwatch"))

    def _finish(self, record: Record, role: Role, ending: Ending, code: int) -> None:
        if ending is Ending.EXITED and code != 0:
            raise JobFailed(algorithm_error(self.base / "output" / "failure", code))
        self._enter("Uploading")
        artefact = self._upload(record, role)
        self.records.change(self.arn, ModelArtifacts={"S3ModelArtifacts": artefact})
        last = {Ending.EXITED: "Completed", Ending.STOPPED: "Stopped", Ending.TIMED_OUT: "MaxRuntimeExceeded"}
        self._enter(last[ending])

    def _upload(self, record: Record, role: Role) -> str:
        place = join(record["OutputDataConfig"]["S3OutputPath"], record["TrainingJobName"], "output")
        artefact = join(place, "model.tar.gz")
        upload(role("s3"), pack(self.base / "model", self.folder / "opt" / "model.tar.gz"), artefact)
        data = self.base / "output" / "data"
        if data.is_dir() and any(data.iterdir()):
            upload(role("s3"), pack(data, self.folder / "opt" / "output.tar.gz"), join(place, "output.tar.gz"))
        return artefact

    def _enter(self, secondary: str, reason: str | None = None) -> Record:
        with self.records.lock:
            record = self.records.find(self.arn) or {}
            if record.get("TrainingJobStatus") == "Stopping" and secondary in ("Downloading", "Training"):
                return record
            return self.records.change(self.arn, **transition(record, secondary, reason)) or {}


def algorithm_error(failure: Path, code: int) -> str:
    """SageMaker's words for a program that failed: what it left in the failure file, else its exit code."""
    try:
        text = failure.read_text("utf-8", "replace").strip()
    except OSError:
        text = ""
    return "AlgorithmError: " + (text[:REASON_LENGTH] if text else f"exit code {code}")
