"""One transform job from its record to its outputs."""

import logging
import secrets
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.aws.records import Record, Records
from local.aws.sagemaker.artefact import ArtefactError
from local.aws.sagemaker.cloud import Cloud, Role
from local.aws.sagemaker.deployment import fetch_artefact
from local.aws.sagemaker.jobs import CLOSING_GRACE, Jobs, PlatformStops
from local.aws.sagemaker.limits import Limits
from local.aws.sagemaker.log_stream import LogStream
from local.aws.sagemaker.objects import TransferError, download, join, upload
from local.aws.sagemaker.place import place_of
from local.aws.sagemaker.plan import PlanError, VariantPlan, plan_model
from local.aws.sagemaker.provision import NoInstance, Provision
from local.aws.sagemaker.refusal import Refusal
from local.aws.sagemaker.replica import Replica
from local.aws.sagemaker.transform_batch import Batch
from local.aws.sagemaker.transform_settings import recommended, settings_of, variables
from local.engine import Engine, ImageError, Run

log = logging.getLogger(__name__)
GROUP = "/aws/sagemaker/TransformJobs"
LENGTH = 1024


def ended(status: str, reason: str | None = None) -> dict[str, Any]:
    """The members that change when a job ends."""
    changes: dict[str, Any] = {"TransformJobStatus": status, "TransformEndTime": time.time()}
    return changes | ({"FailureReason": reason[:LENGTH]} if reason else {})


@dataclass(frozen=True)
class TransformRun:
    """Runs the job of one record."""

    arn: str
    records: Records
    cloud: Cloud
    engine: Engine
    jobs: Jobs
    provision: Provision
    folder: Path
    limits: Limits

    def __call__(self, stop: threading.Event) -> None:
        """Run to the end; whatever happens, the record says it."""
        try:
            changes = self._run(stop)
        except PlatformStops:
            raise
        except (NoInstance, TransferError, PlanError) as error:
            changes = ended("Failed", str(error))
        except (ArtefactError, BotoCoreError, ClientError, ImageError, Refusal) as error:
            changes = ended("Failed", f"ClientError: {error}")
        except Exception as error:
            log.exception("%s failed for a reason of ours", self.arn)
            changes = ended("Failed", f"InternalServerError: {error!r}")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.records.change(self.arn, **changes)

    def _run(self, stop: threading.Event) -> dict[str, Any]:
        record = self.records.find(self.arn) or {}
        self.provision.provide(record, stop)
        plan = plan_model(self.records, place_of(self.arn), record["ModelName"])
        if plan.role is None:
            raise PlanError(f"ClientError: Model {plan.model} has no ExecutionRoleArn; create it with one")
        role = self.cloud.assume(plan.role, region=place_of(self.arn).region)
        replica = self._replica(record, plan, role)
        source = record["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"]
        download(role("s3"), source, self._inputs)
        self.records.change(self.arn, TransformStartTime=time.time())
        problems = self._transform(record, replica, stop)
        if stop.is_set():  # AWS keeps no output of a job that was stopped
            return ended("Stopped")
        self._upload(record, role)
        return ended("Failed", self._tell(record, problems)) if problems else ended("Completed")

    @property
    def _inputs(self) -> Path:
        return self.folder / "inputs"

    @property
    def _outputs(self) -> Path:
        return self.folder / "outputs"

    def _replica(self, record: Record, plan: VariantPlan, role: Role) -> Replica:
        """The model's container as an endpoint has it, and told that it serves a batch."""
        image = self.engine.pull(plan.image)
        model = self.folder / "opt" / "ml" / "model"
        model.mkdir(parents=True)
        if plan.artefact:
            fetch_artefact(role("s3"), plan.artefact, model)
        environment = {**role.environment(), **plan.environment, **record.get("Environment", {}), **variables(record)}
        run = Run(self.folder / "opt", self.folder / "log", arguments=("serve",), environment=environment)
        name = f"{record['TransformJobName']}/i-{int(time.time()):x}{secrets.token_hex(4)}"
        return Replica(
            self.engine,
            image,
            run,
            stream=lambda: self._stream(name, run.log),
            start_limit=self.limits.endpoint_start,
        )

    def _stream(self, name: str, file: Path) -> LogStream:
        return LogStream(self.cloud("logs", region=place_of(self.arn).region), group=GROUP, name=name, file=file)

    def _transform(self, record: Record, replica: Replica, stop: threading.Event) -> dict[str, str]:
        """The problems by object; raises PlatformStops."""

        def halted() -> bool:
            return stop.is_set() or self.jobs.closing.is_set()

        def halt() -> None:
            replica.stop(CLOSING_GRACE if self.jobs.closing.is_set() else self.limits.endpoint_grace)

        replica.start()
        try:
            if not replica.wait_healthy(halted) and not halted():
                name = record["TransformJobName"]
                return {"": f"the container did not pass the ping health check; see log group {GROUP}, stream {name}/"}
            settings = settings_of(record, recommended(replica))
            found = Batch(replica, settings, halted=halted).run(self._pairs(), halt=halt)
        finally:
            halt()
        if self.jobs.closing.is_set():
            raise PlatformStops
        return {source.relative_to(self._inputs).as_posix(): problem for source, problem in found.items()}

    def _pairs(self) -> dict[Path, Path]:
        """Each input's file and its output's."""
        files = [path for path in sorted(self._inputs.rglob("*")) if path.is_file()]
        names = {path: path.relative_to(self._inputs) for path in files}
        return {path: self._outputs / name.with_name(f"{name.name}.out") for path, name in names.items()}

    def _upload(self, record: Record, role: Role) -> None:
        for path in sorted(self._outputs.rglob("*.out")):
            name = path.relative_to(self._outputs).as_posix()
            upload(role("s3"), path, join(record["TransformOutput"]["S3OutputPath"], name))

    def _tell(self, record: Record, problems: Mapping[str, str]) -> str:
        """Write the problems into the job's data-log, as AWS does, and say the first one."""
        lines = [f"{name}: {problem}" if name else problem for name, problem in problems.items()]
        file = self.folder / "data-log"
        file.write_text("\n".join(lines), "utf-8")
        name = f"{record['TransformJobName']}/i-{int(time.time()):x}{secrets.token_hex(4)}/data-log"
        self._stream(name, file).close()
        return f"AlgorithmError: {lines[0]}" + (f" (and {len(lines) - 1} more objects)" if lines[1:] else "")
