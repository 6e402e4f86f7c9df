"""The instance of a training job: its /opt/ml, its program, and what that leaves."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from local.aws.records import Record
from local.aws.sagemaker.artefact import pack
from local.aws.sagemaker.channels import write_configuration
from local.aws.sagemaker.checkpoints import ML, Checkpoints, local_path
from local.aws.sagemaker.cloud import Cloud, Role
from local.aws.sagemaker.jobs import Ending, Watch, supervise
from local.aws.sagemaker.log_stream import LogStream
from local.aws.sagemaker.metrics import JobMetrics
from local.aws.sagemaker.objects import download, join, upload
from local.engine import Engine, Image, Run

GROUP = "/aws/sagemaker/TrainingJobs"
REASON_LENGTH = 1024


@dataclass(frozen=True)
class TrainingHost:
    """One start of a job: a spot job that was interrupted gets another."""

    record: Record
    role: Role
    cloud: Cloud
    engine: Engine
    image: Image
    folder: Path

    @property
    def base(self) -> Path:
        """What the job knows as /opt/ml."""
        return self.folder / "opt" / "ml"

    @cached_property
    def checkpoints(self) -> Checkpoints | None:
        """The job's checkpoints, where it has any."""
        config = self.record.get("CheckpointConfig")
        if config is None:
            return None
        folder = self.base / local_path(config).relative_to(ML)
        return Checkpoints(self.role("s3"), uri=config["S3Uri"], folder=folder)

    def prepare(self) -> None:
        """Fill /opt/ml as the training contract says."""
        for name in ("model", "output/data", "input/data"):
            (self.base / name).mkdir(parents=True, exist_ok=True)
        write_configuration(self.base / "input" / "config", self.record)
        for channel in self.record.get("InputDataConfig", []):
            place = self.base / "input" / "data" / channel["ChannelName"]
            download(self.role("s3"), channel["DataSource"]["S3DataSource"]["S3Uri"], place)
        if self.checkpoints is not None:
            self.checkpoints.restore()

    def metrics(self) -> JobMetrics:
        """What finds the job's metrics in its lines."""
        definitions = self._algorithm.get("MetricDefinitions", [])
        client = self.cloud("cloudwatch", region=self.role.region)
        return JobMetrics(definitions, job=self.record["TrainingJobName"], client=client)

    def run(self, watch: Watch, metrics: JobMetrics) -> tuple[Ending, int]:
        """Run the program until it ends or must; why it ended, and its exit code."""
        run = Run(
            opt=self.folder / "opt",
            log=self.folder / "log",
            arguments=tuple(self._algorithm.get("ContainerArguments", ["train"])),
            entrypoint=tuple(self._algorithm.get("ContainerEntrypoint", [])),
            environment=self._environment(),
        )
        stream = self._log_stream()

        def pump() -> None:
            metrics.read(stream.pump())
            if self.checkpoints is not None:
                self.checkpoints.copy()

        ended = supervise(self.engine.start(self.image, run), watch, pump=pump)
        metrics.read(stream.close())
        if self.checkpoints is not None:
            self.checkpoints.save()
        return ended

    def upload(self) -> str:
        """Carry the model, and what else the program has left, to S3; the URI of the model."""
        place = join(self.record["OutputDataConfig"]["S3OutputPath"], self.record["TrainingJobName"], "output")
        artefact = join(place, "model.tar.gz")
        upload(self.role("s3"), pack(self.base / "model", self.folder / "opt" / "model.tar.gz"), artefact)
        data = self.base / "output" / "data"
        if data.is_dir() and any(data.iterdir()):
            upload(self.role("s3"), pack(data, self.folder / "opt" / "output.tar.gz"), join(place, "output.tar.gz"))
        return artefact

    def failure(self, code: int) -> str:
        """SageMaker's words for a program that failed: what it left in the failure file, else its exit code."""
        try:
            text = (self.base / "output" / "failure").read_text("utf-8", "replace").strip()
        except OSError:
            text = ""
        return "AlgorithmError: " + (text[:REASON_LENGTH] if text else f"exit code {code}")

    def clear(self) -> None:
        """Give the instance's disk back; the log stays."""
        shutil.rmtree(self.folder / "opt", ignore_errors=True)

    @property
    def _algorithm(self) -> Mapping[str, Any]:
        algorithm: Mapping[str, Any] = self.record["AlgorithmSpecification"]
        return algorithm

    def _environment(self) -> dict[str, str]:
        own = {"TRAINING_JOB_NAME": self.record["TrainingJobName"], "TRAINING_JOB_ARN": self.record["arn"]}
        return {**self.role.environment(), **self.record.get("Environment", {}), **own}

    def _log_stream(self) -> LogStream:
        """A stream of this start alone: the file has the lines of all."""
        file = self.folder / "log"
        offset = file.stat().st_size if file.exists() else 0
        name = f"{self.record['TrainingJobName']}/algo-1-{int(time.time())}"
        return LogStream(self.cloud("logs", region=self.role.region), group=GROUP, name=name, file=file, offset=offset)
