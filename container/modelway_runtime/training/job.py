"""A training job: SageMaker's request in, the model's train.py run, a failure explained."""

import logging
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from modelway_runtime.errors import ContainerError, ProgramError
from modelway_runtime.folders import Folders
from modelway_runtime.training.environment import entry_point, sm_variables
from modelway_runtime.training.failure import MAX_CHARACTERS, failure_text
from modelway_runtime.training.hardware import find_hardware
from modelway_runtime.training.hyperparameters import flags, users_own
from modelway_runtime.training.request import Request, read_request
from modelway_runtime.training.script import Script

log = logging.getLogger(__name__)


def train(folders: Folders, environ: Mapping[str, str]) -> int:
    """Run the training script with SageMaker's flags and variables; its exit code is ours."""
    try:
        request = read_request(folders)
        script = _existing(entry_point(request, environ=environ))
    except ContainerError as error:
        _write_failure(folders, str(error))
        raise
    return _run(script, request=request, folders=folders, environ=environ)


def _existing(script: str) -> str:
    if not Path(script).is_file():
        raise ProgramError(f"{script} is not in {Path.cwd()}; a model repository has it at its top")
    return script


def _run(script: str, *, request: Request, folders: Folders, environ: Mapping[str, str]) -> int:
    command = [sys.executable, script, *flags(users_own(request.hyperparameters))]
    for folder in (folders.model, folders.output / "data"):
        folder.mkdir(parents=True, exist_ok=True)
    log.info("Running %s", shlex.join(["python", *command[1:]]))
    child = Script()
    code = child.run(command, environ=_child_environment(request, folders=folders, environ=environ))
    if code:
        stderr = child.stderr_tail.decode("utf-8", errors="replace")
        _write_failure(folders, failure_text(script, code=code, stderr=stderr))
    return code if code >= 0 else 128 - code


def _child_environment(request: Request, *, folders: Folders, environ: Mapping[str, str]) -> dict[str, str]:
    """PYTHONUNBUFFERED makes each line reach the log at once, also from the script's own children."""
    variables = sm_variables(request, folders=folders, hardware=find_hardware(), program=Path.cwd(), environ=environ)
    return {**environ, **variables, "PYTHONUNBUFFERED": "1"}


def _write_failure(folders: Folders, text: str) -> None:
    """Leave what the script itself wrote: it knows better."""
    path = folders.output / "failure"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text[:MAX_CHARACTERS], encoding="utf-8")
