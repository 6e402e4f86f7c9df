"""One training job from its record to its artefact."""

import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.aws.records import Record, Records
from local.aws.sagemaker.allowance import Allowance
from local.aws.sagemaker.cloud import Cloud
from local.aws.sagemaker.jobs import Ending, Jobs, PlatformStops, Watch
from local.aws.sagemaker.mishaps import Interruption
from local.aws.sagemaker.objects import TransferError
from local.aws.sagemaker.place import place_of
from local.aws.sagemaker.provision import NoInstance, Provision
from local.aws.sagemaker.training_host import TrainingHost
from local.aws.sagemaker.training_status import transition
from local.engine import Engine, ImageError

log = logging.getLogger(__name__)
LASTS = {Ending.EXITED: "Completed", Ending.STOPPED: "Stopped", Ending.TIMED_OUT: "MaxRuntimeExceeded"}
NOT_ONCE_STOPPING = ("Starting", "Downloading", "Training", "Interrupted")


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
            self._enter(self._last_status(stop))
        except PlatformStops:
            raise
        except (JobFailed, NoInstance, TransferError) as failure:
            self._enter("Failed", str(failure))
        except (BotoCoreError, ClientError, ImageError) as error:
            self._enter("Failed", f"ClientError: {error}")
        except Exception as error:
            log.exception("%s failed for a reason of ours", self.arn)
            self._enter("Failed", f"InternalServerError: {error!r}")

    def _last_status(self, stop: threading.Event) -> str:
        """Start the job, and a spot job again after each interruption; the status that it ends with."""
        record = self.records.find(self.arn) or {}
        allowance = Allowance(record["StoppingCondition"])
        self.provision.provide(record, stop, at_most=allowance.to_wait)
        interruptions = self.provision.interruptions(record)
        while allowance.to_wait and not stop.is_set():
            interruption = next(interruptions, None)
            if (last := self._start(stop, allowance, interruption)) is not None:
                return last
            self._enter("Interrupted")
            self.provision.wait(min(interruption.away if interruption else 0.0, allowance.to_wait), stop)
            self._enter("Starting")
        return "Stopped" if stop.is_set() else "MaxWaitTimeExceeded"

    def _start(self, stop: threading.Event, allowance: Allowance, interruption: Interruption | None) -> str | None:
        """Run the program on an instance; the status that the job ends with, none when it was interrupted."""
        record = self._enter("Downloading")
        role = self.cloud.assume(record["RoleArn"], region=place_of(self.arn).region)
        image = self.engine.pull(record["AlgorithmSpecification"]["TrainingImage"])
        host = TrainingHost(record, role, self.cloud, self.engine, image, self.folder)
        try:
            host.prepare()
            return "Stopped" if stop.is_set() else self._train(host, stop, allowance, interruption)
        finally:
            host.clear()

    def _train(
        self, host: TrainingHost, stop: threading.Event, allowance: Allowance, interruption: Interruption | None
    ) -> str | None:
        self._enter("Training")
        metrics, started = host.metrics(), time.monotonic()
        taken_at = started + interruption.seconds if interruption else float("inf")
        watch = Watch(stop, self.jobs.closing, allowance.deadline, self.grace, interrupt_at=taken_at)
        ending, code = host.run(watch, metrics)
        allowance.spend(time.monotonic() - started)
        if ending is Ending.INTERRUPTED:
            return None
        self.records.change(self.arn, FinalMetricDataList=metrics.final)
        if ending is Ending.EXITED and code != 0:
            raise JobFailed(host.failure(code))
        self._enter("Uploading")
        self.records.change(self.arn, ModelArtifacts={"S3ModelArtifacts": host.upload()})
        waited_out = ending is Ending.TIMED_OUT and not allowance.to_wait
        return "MaxWaitTimeExceeded" if waited_out else LASTS[ending]

    def _enter(self, secondary: str, reason: str | None = None) -> Record:
        with self.records.lock:
            record = self.records.find(self.arn) or {}
            if record.get("TrainingJobStatus") == "Stopping" and secondary in NOT_ONCE_STOPPING:
                return record
            return self.records.change(self.arn, **transition(record, secondary, reason)) or {}
