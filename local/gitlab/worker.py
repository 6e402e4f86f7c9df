"""A runner: runs one job by gitlab-ci-local, in an environment of its own, and keeps its log."""

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from local.engine_choice import EngineName
from local.environment import aws_environment
from local.errors import StepFailed
from local.estate.function import NAME
from local.gitlab.docker import engine_of
from local.gitlab.image import binaries
from local.gitlab.issuer import Issuer
from local.gitlab.pipeline import Job, Pipeline, Status, claims
from local.gitlab.place import Place
from local.gitlab.project import ML_OPS, Project
from local.gitlab.tool import Tool, write_variables
from local.gitlab.variables import expanded, of_job, of_pipeline
from local.leash import on_leash
from local.platform import Platform
from local.rights import role_of_environment
from local.run import Listener, run

# What a runner's machine has, and nothing of its user's: the way to the package index and to a terminal's language.
KEPT = ("PATH", "LANG", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
KEPT_LIKE = re.compile(r"(PIP|UV|NPM_CONFIG)_\w+|\w+_proxy", re.IGNORECASE)
WAITING = "still running..."  # the tool's own words, in the job's name
ENDED = re.compile(r".* finished in .* (WARN|FAIL) (\d+)\s*")


@dataclass(frozen=True)
class Ended:
    """How a job ended."""

    status: Status
    code: int = 0


class JobLog:
    """Keeps what a job says, passes its own lines on, and hears how it ended."""

    def __init__(self, file: IO[str], job: Job, listener: Listener) -> None:
        self.ended = Ended(Status.SUCCESS)
        self._file, self._listener = file, listener
        self._said = f"{job.name} > "

    def hear(self, line: str) -> None:
        """One line of gitlab-ci-local's."""
        if found := ENDED.fullmatch(line):
            self.ended = Ended(Status.WARNING if found[1] == "WARN" else Status.FAILED, int(found[2]))
        words = line.removeprefix(self._said)
        if words not in (line, WAITING):
            self._file.write(words + "\n")
            self._file.flush()
            if words:
                self._listener.hear(words)

    def look(self) -> None:
        """Pass the moment on."""
        self._listener.look()


@dataclass(frozen=True)
class Worker:
    """Everything that running a job takes."""

    platform: Platform
    place: Place
    issuer: Issuer
    tool: Tool
    engine: EngineName = EngineName.PROCESS

    def run(self, pipeline: Pipeline, job: Job, *, listener: Listener) -> Ended:
        """Run the job to its end."""
        checkout = pipeline.checkout(self.place)
        write_variables(checkout, self.project_variables(pipeline.project) | self._secrets(pipeline, job))
        command = self.tool.job(job.name, variables=of_job(pipeline, job, self.place))
        with pipeline.log(self.place, job).open("a", encoding="utf-8") as file:
            log = JobLog(file, job, listener)
            try:
                run(
                    on_leash(*command),
                    environment=self._environment(pipeline, job),
                    what=job.name,
                    cwd=checkout,
                    listener=log,
                )
            except StepFailed as error:
                if log.ended.status is Status.SUCCESS:  # it did not come as far as the job
                    raise
                failed = StepFailed(f"job {job.name} failed with {log.ended.code}", exit_code=log.ended.code)
                failed.add_note(pipeline.log(self.place, job).read_text(encoding="utf-8").rstrip())
                raise failed from error
        return log.ended

    def project_variables(self, project: Project) -> dict[str, str]:
        """What Settings > CI/CD > Variables has: ml-ops knows its AWS account, a model repository nothing."""
        if project != ML_OPS:
            return {}
        identity = self.platform.identity
        return aws_environment(identity, {}) | {
            "AWS_ROLE_ARN": self._role(""),
            "MODELWAY_BUCKET": self.platform.bucket,
            "MODELWAY_FUNCTION": NAME,
            "MODELWAY_POLL_SECONDS": "0.5",
            **engine_of(self.platform, project, self.engine),
        }

    def environment(self) -> dict[str, str]:
        """The machine's."""
        kept = {name: value for name, value in os.environ.items() if name in KEPT or KEPT_LIKE.fullmatch(name)}
        home = self.place.root / "home"
        home.mkdir(exist_ok=True)
        paths = (str(Path(sys.executable).parent), str(self.tool.node.parent), kept.get("PATH", os.defpath))
        return kept | {
            "HOME": str(home),
            "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR") or str(Path.home() / ".cache" / "uv"),
            "PATH": os.pathsep.join(paths),
            "MODELWAY_PLATFORM": self.platform.identity.id,
            "PYTHONUNBUFFERED": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
        }

    def _environment(self, pipeline: Pipeline, job: Job) -> dict[str, str]:
        machine = self.environment()
        image = job.definition.get("image", "")
        name = str(image.get("name", "") if isinstance(image, dict) else image)
        python = binaries(self.place, pipeline.project, name, environment=machine)
        return machine | {"PATH": os.pathsep.join((str(python), machine["PATH"]))}

    def _secrets(self, pipeline: Pipeline, job: Job) -> dict[str, str]:
        about, known = claims(pipeline, job), of_pipeline(pipeline, self.place)
        tokens = {
            name: self.issuer.sign(about, audience=expanded(str(asked["aud"]), known))
            for name, asked in job.definition.get("id_tokens", {}).items()
        }
        job_token = {"CI_JOB_TOKEN": self.issuer.job_token(project=pipeline.project.id, job=job.id)}
        return tokens | job_token | self._scoped(pipeline.project, job)

    def _scoped(self, project: Project, job: Job) -> dict[str, str]:
        """The variables of ml-ops that only the jobs of one environment have, or have with a value of their own."""
        if project != ML_OPS:
            return {}
        environment = job.definition.get("environment", {})
        name = str(environment.get("name", "") if isinstance(environment, dict) else environment)
        notes = {"MODELWAY_NOTES_TOKEN": self.issuer.job_token(project=ML_OPS.id, job=job.id)}
        return {"AWS_ROLE_ARN": self._role(name)} | (notes if name == "notes" else {})

    def _role(self, environment: str) -> str:
        return f"arn:aws:iam::{self.platform.identity.account}:role/{role_of_environment(environment)}"
