"""The warm processes of all Lambda functions."""

import io
import os
import shutil
import tempfile
import threading
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sts.models import sts_backends

from local.aws.function_log import new_stream_name
from local.aws.function_process import FunctionProcess, Outcome
from local.aws.function_spec import FunctionSpec


@dataclass
class Slot:
    """The place of one function's process; invocations wait for each other."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    process: FunctionProcess | None = None


class FunctionPool:
    """One process a function, kept as long as its code and configuration stay the same.

    Lambda starts more processes when invocations overlap; here they wait for each other.
    """

    def __init__(self, folder: Path, *, endpoint_url: str, lock: threading.RLock) -> None:
        self.folder = folder
        self.endpoint_url = endpoint_url
        self.lock = lock
        self.slots: dict[str, Slot] = {}
        self.guard = threading.Lock()
        shutil.rmtree(folder, ignore_errors=True)  # what a kill left behind
        folder.mkdir(parents=True)

    def invoke(self, function: LambdaFunction, event: Any, *, request_id: str) -> tuple[Outcome, str]:
        """Run the handler on the event; return what came of it and the log stream's name."""
        with self.guard:
            slot = self.slots.setdefault(function.function_arn, Slot())
        with slot.turn:
            process = slot.process = self.warm(slot.process, function)
            outcome = process.invoke(event, request_id=request_id)
            return outcome, process.log_stream

    def warm(self, process: FunctionProcess | None, function: LambdaFunction) -> FunctionProcess:
        """The running process when it still fits, else a new one."""
        spec = FunctionSpec.of(function)
        if process is not None and process.alive and process.spec == spec:
            return process
        if process is not None:
            process.close()
        stream = new_stream_name()
        folder = self.unpacked(spec, function.code_bytes)
        return FunctionProcess(spec, folder=folder, log_stream=stream, environment=self.environment_of(spec, stream))

    def unpacked(self, spec: FunctionSpec, code: bytes) -> Path:
        """The folder with the function's code, unpacked once."""
        folder = self.folder / f"{spec.name}-{spec.code_sha[:16]}"
        if not folder.exists():
            draft = Path(tempfile.mkdtemp(dir=self.folder))
            with zipfile.ZipFile(io.BytesIO(code)) as archive:
                archive.extractall(draft)
            draft.rename(folder)
        return folder

    def environment_of(self, spec: FunctionSpec, stream: str) -> dict[str, str]:
        """All that the handler finds in its environment; nothing of the platform's own leaks in."""
        return {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": ":UTC",
            "HOME": str(self.folder),  # boto3 must not find somebody's ~/.aws
            "AWS_LAMBDA_FUNCTION_NAME": spec.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory),
            "AWS_LAMBDA_LOG_GROUP_NAME": spec.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
            "AWS_REGION": spec.region,
            "AWS_DEFAULT_REGION": spec.region,
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_EC2_METADATA_DISABLED": "true",
            **self.credentials_of(spec),
            **dict(spec.variables),
        }

    def credentials_of(self, spec: FunctionSpec) -> dict[str, str]:
        """Credentials of the function's role."""
        with self.lock:
            assumed = sts_backends[DEFAULT_ACCOUNT_ID]["aws"].assume_role(
                region_name=spec.region,
                role_session_name=spec.name,
                role_arn=spec.role,
                policy="",
                duration=43200,
                external_id="",
            )
        return {
            "AWS_ACCESS_KEY_ID": assumed.access_key_id,
            "AWS_SECRET_ACCESS_KEY": assumed.secret_access_key,
            "AWS_SESSION_TOKEN": assumed.session_token,
        }

    def stop(self) -> None:
        """End all processes; an invocation that still runs ends with an error."""
        with self.guard:
            slots = list(self.slots.values())
        for slot in slots:
            if slot.process is not None:
                slot.process.kill()
        for slot in slots:
            with slot.turn:
                if slot.process is not None:
                    slot.process.close()
        shutil.rmtree(self.folder, ignore_errors=True)
