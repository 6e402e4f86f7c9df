"""Builds the fleet of an endpoint: images pulled, artefacts unpacked, processes started and healthy."""

import json
import secrets
import shutil
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.aws.sagemaker.artefact import ArtefactError, unpack
from local.aws.sagemaker.cloud import Cloud, Role
from local.aws.sagemaker.fleet import Fleet, Variant
from local.aws.sagemaker.limits import Limits
from local.aws.sagemaker.log_stream import LogStream
from local.aws.sagemaker.objects import TransferError, download
from local.aws.sagemaker.place import name_of, place_of
from local.aws.sagemaker.plan import VariantPlan
from local.aws.sagemaker.replica import Replica
from local.engine import Engine, Image, ImageError, Run

GROUP = "/aws/sagemaker/Endpoints"
PREPARED = "prepared.json"  # written last: the folder has all that a start needs


class DeploymentFailed(Exception):
    """A fleet did not come up; the message is the endpoint's FailureReason."""


class Deployer:
    """Brings fleets up. A deployment's folder is kept, so that a restart needs neither S3 nor ECR."""

    def __init__(self, cloud: Cloud, engine: Engine, *, folder: Path, limits: Limits) -> None:
        self._cloud, self._engine = cloud, engine
        self._folder, self._limits = folder, limits
        self.closing = threading.Event()

    def bring_up(self, arn: str, plans: list[VariantPlan], *, deployment: str) -> Fleet:
        """A healthy fleet of these plans; raises DeploymentFailed and leaves no process behind."""
        with ExitStack() as undo:
            fleet = Fleet([self._variant(arn, plan, deployment) for plan in plans])
            undo.callback(fleet.stop, self._limits.endpoint_grace)
            fleet.start()
            if (unhealthy := fleet.wait_healthy(self.closing)) is not None:
                raise DeploymentFailed(
                    f"The primary container for production variant {unhealthy} did not pass the ping health check. "
                    f"Please check CloudWatch logs for this endpoint: log group {GROUP}/{name_of(arn)}."
                )
            undo.pop_all()
            return fleet

    def clean(self, arn: str, deployment: str = "") -> None:
        """Forget a deployment's files, or all of the endpoint; a stopping server keeps them for its next start."""
        if not self.closing.is_set():
            shutil.rmtree(self._folder_of(arn) / deployment, ignore_errors=True)

    def _folder_of(self, arn: str) -> Path:
        return self._folder / place_of(arn).region / "endpoint" / name_of(arn)

    def _variant(self, arn: str, plan: VariantPlan, deployment: str) -> Variant:
        folder = self._folder_of(arn) / deployment / plan.name
        try:
            role = self._cloud.assume(plan.role, region=place_of(arn).region) if plan.role else None
            image, resolved = self._prepare(folder, plan, role, region=place_of(arn).region)
        except (ArtefactError, ImageError, TransferError, BotoCoreError, ClientError, OSError) as error:
            raise DeploymentFailed(f"Variant {plan.name}: {error}") from error
        run = Run(
            opt=folder / "opt",
            log=folder / "log",
            arguments=("serve",),
            environment={**(role.environment() if role else {}), **plan.environment},
        )
        replica = Replica(
            self._engine,
            image,
            run,
            stream=lambda: self._stream(arn, plan, run.log),
            start_limit=self._limits.endpoint_start,
        )
        return Variant(plan, replica, resolved)

    def _prepare(self, folder: Path, plan: VariantPlan, role: Role | None, *, region: str) -> tuple[Image, str]:
        """The image and its name by digest, with the artefact unpacked; what was prepared before is used again."""
        before = _prepared(folder)
        image = self._engine.pulled(before["digest"]) if before else None
        if image is not None:
            return image, before["resolved"]
        shutil.rmtree(folder, ignore_errors=True)
        image = self._engine.pull(plan.image)
        model = folder / "opt" / "ml" / "model"
        model.mkdir(parents=True)
        if plan.artefact:
            client = role("s3") if role else self._cloud("s3", region=region)
            fetch_artefact(client, plan.artefact, model)
        resolved = f"{plan.image.split('@')[0].rsplit(':', 1)[0]}@{image.digest}"
        (folder / PREPARED).write_text(json.dumps({"digest": image.digest, "resolved": resolved}), "utf-8")
        return image, resolved

    def _stream(self, arn: str, plan: VariantPlan, file: Path) -> LogStream:
        client = self._cloud("logs", region=place_of(arn).region)
        name = f"{plan.name}/i-{int(time.time()):x}{secrets.token_hex(4)}"
        told = file.stat().st_size if file.exists() else 0  # by the process before this one
        return LogStream(client, group=f"{GROUP}/{name_of(arn)}", name=name, file=file, offset=told)


def fetch_artefact(client: Any, artefact: str, model: Path) -> None:
    """Download a model's artefact and unpack it; raises TransferError or ArtefactError."""
    archive = model.parent / "download"
    try:
        download(client, artefact, archive)
    except TransferError as error:
        raise TransferError(
            f'Failed to download model data for container "container_1" from URL: "{artefact}". Please ensure '
            "that there is an object located at the URL and that the role passed to CreateModel has permissions "
            "to download the object."
        ) from error
    for file in archive.iterdir():
        unpack(file, model)
    shutil.rmtree(archive)


def _prepared(folder: Path) -> Mapping[str, str]:
    try:
        known: Mapping[str, str] = json.loads((folder / PREPARED).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return known
