"""One processing job from its record to its outputs."""

import json
import logging
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.aws.records import Record, Records
from local.aws.sagemaker.channels import resources
from local.aws.sagemaker.cloud import Cloud, Role
from local.aws.sagemaker.jobs import Ending, Jobs, PlatformStops, Watch, supervise
from local.aws.sagemaker.log_stream import LogStream
from local.aws.sagemaker.objects import TransferError, download, upload_folder
from local.aws.sagemaker.place import place_of
from local.aws.sagemaker.provision import NoInstance, Provision
from local.aws.sagemaker.service import shown
from local.engine import Engine, ImageError, Run

log = logging.getLogger(__name__)
GROUP = "/aws/sagemaker/ProcessingJobs"
LENGTH = 1024


def ended(status: str, reason: str | None = None) -> dict[str, Any]:
    """The members that change when a job ends."""
    changes: dict[str, Any] = {"ProcessingJobStatus": status, "ProcessingEndTime": time.time()}
    return changes | ({"FailureReason": reason[:LENGTH]} if reason else {})


@dataclass(frozen=True)
class ProcessingRun:
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
            changes = self._run(stop)
        except PlatformStops:
            raise
        except (NoInstance, TransferError) as error:
            changes = ended("Failed", str(error))
        except (BotoCoreError, ClientError, ImageError) as error:
            changes = ended("Failed", f"ClientError: {error}")
        except Exception as error:
            log.exception("%s failed for a reason of ours", self.arn)
            changes = ended("Failed", f"InternalServerError: {error!r}")
        finally:
            message = self._message()
            shutil.rmtree(self.folder / "opt", ignore_errors=True)
        self.records.change(self.arn, **changes, **message)

    @property
    def base(self) -> Path:
        """What the job knows as /opt/ml."""
        return self.folder / "opt" / "ml"

    def _run(self, stop: threading.Event) -> dict[str, Any]:
        record = self.records.find(self.arn) or {}
        self.provision.provide(record, stop)
        role = self.cloud.assume(record["RoleArn"], region=place_of(self.arn).region)
        image = self.engine.pull(record["AppSpecification"]["ImageUri"])
        self._prepare(record, role)
        if stop.is_set():
            return ended("Stopped")
        limit = record["StoppingCondition"]["MaxRuntimeInSeconds"]
        watch = Watch(stop, self.jobs.closing, time.monotonic() + limit, self.grace)
        stream = self._log_stream(record)
        self.records.change(self.arn, ProcessingStartTime=time.time())
        process = self.engine.start(image, self._start(record, role))
        ending, code = supervise(process, watch, pump=lambda: _ignore(stream.pump()))
        stream.close()
        return self._finish(record, role, ending, code)

    def _start(self, record: Record, role: Role) -> Run:
        application = record["AppSpecification"]
        own = {"PROCESSING_JOB_NAME": record["ProcessingJobName"], "PROCESSING_JOB_ARN": self.arn}
        return Run(
            opt=self.folder / "opt",
            log=self.folder / "log",
            entrypoint=tuple(application.get("ContainerEntrypoint", [])),
            arguments=tuple(application.get("ContainerArguments", [])),
            environment={**role.environment(), **record.get("Environment", {}), **own},
        )

    def _prepare(self, record: Record, role: Role) -> None:
        """Fill /opt/ml as the processing contract says."""
        config = self.base / "config"
        for folder in (config, self.base / "output"):
            folder.mkdir(parents=True, exist_ok=True)
        instance = record["ProcessingResources"]["ClusterConfig"]["InstanceType"]
        (config / "processingjobconfig.json").write_text(json.dumps(shown("DescribeProcessingJob", record)), "utf-8")
        (config / "resourceconfig.json").write_text(json.dumps(resources(instance)), "utf-8")
        for row in _outputs(record):
            self._inside(row["S3Output"]["LocalPath"]).mkdir(parents=True, exist_ok=True)
        for row in record.get("ProcessingInputs", []):
            place = self._inside(row["S3Input"]["LocalPath"])
            place.mkdir(parents=True, exist_ok=True)
            if not row.get("AppManaged"):
                download(role("s3"), row["S3Input"]["S3Uri"], place)

    def _inside(self, path: str) -> Path:
        return self.base / Path(path).relative_to("/opt/ml")

    def _log_stream(self, record: Record) -> LogStream:
        client = self.cloud("logs", region=place_of(self.arn).region)
        name = f"{record['ProcessingJobName']}/algo-1-{int(time.time())}"
        return LogStream(client, group=GROUP, name=name, file=self.folder / "log")

    def _finish(self, record: Record, role: Role, ending: Ending, code: int) -> dict[str, Any]:
        if ending is Ending.STOPPED:
            return ended("Stopped")
        if ending is Ending.TIMED_OUT:
            limit = record["StoppingCondition"]["MaxRuntimeInSeconds"]
            return ended("Stopped", f"The job ran longer than its MaxRuntimeInSeconds of {limit}")
        if code != 0:
            detail = self._message().get("ExitMessage") or f"exit code {code}"
            return ended("Failed", f"AlgorithmError: {detail}")
        for row in _outputs(record):
            if not row.get("AppManaged"):
                place = self._inside(row["S3Output"]["LocalPath"])
                upload_folder(role("s3"), place, row["S3Output"]["S3Uri"])
        return ended("Completed")

    def _message(self) -> dict[str, str]:
        """What the container left as its exit message."""
        try:
            text = (self.base / "output" / "message").read_text("utf-8", "replace").strip()
        except OSError:
            return {}
        return {"ExitMessage": text[:LENGTH]} if text else {}


def _outputs(record: Record) -> list[dict[str, Any]]:
    outputs: list[dict[str, Any]] = record.get("ProcessingOutputConfig", {}).get("Outputs", [])
    return outputs


def _ignore(_: list[str]) -> None:
    """Processing jobs have no metrics in their lines."""
