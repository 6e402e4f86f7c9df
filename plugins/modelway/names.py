"""Every AWS name, tag and S3 key, derived from project, model, version, run and time.

SageMaker names have at most 63 characters of `[A-Za-z0-9-]`. Project and model are joined by `--`, which neither
can contain, so that `a-b` + `c` and `a` + `b-c` give different names and each name reads back.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from semver import Version

from modelway.errors import InputError, InvalidName
from modelway.versions import TrainedVersion, parse_slug

MAX_PROJECT_AND_MODEL = 32
MAX_SAGEMAKER_NAME = 63
_PART = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_MODEL_NAME = re.compile(r"(?P<project>.+?)--(?P<model>.+)-(?P<slug>v\d+-\d+-\d+(?:-r\d+)?)-(?P<time>\d{14})", re.ASCII)


class Stage(StrEnum):
    """A paid job of a train run, as its name shows it."""

    TRAIN = "train"
    CHALLENGER = "eval"
    CHAMPION = "base"


@dataclass(frozen=True, order=True)
class ModelId:
    """A model of a project."""

    project: str
    model: str

    def __post_init__(self) -> None:
        for what, value in (("project", self.project), ("model", self.model)):
            if not _PART.fullmatch(value):
                raise InvalidName(
                    f"{what} name {value!r} is not lower-case words joined by single hyphens;"
                    " use a name such as 'churn-eu'"
                )
        if (length := len(self.project) + len(self.model)) > MAX_PROJECT_AND_MODEL:
            raise InvalidName(
                f"project {self.project!r} and model {self.model!r} have {length} characters together;"
                f" AWS names leave room for {MAX_PROJECT_AND_MODEL}: shorten one of them"
            )

    def __str__(self) -> str:
        return f"{self.project}/{self.model}"

    @property
    def sagemaker(self) -> str:
        """The name of its endpoint and of its model package group."""
        return f"{self.project}--{self.model}"

    @property
    def repository(self) -> str:
        """Its ECR repository."""
        return f"{self.project}/{self.model}"

    @property
    def prefix(self) -> str:
        """Where it lives in the bucket, without a slash at the end."""
        return f"models/{self.project}/{self.model}"


@dataclass(frozen=True)
class ModelName:
    """What the name of a SageMaker model tells."""

    id: ModelId
    version: TrainedVersion
    trained_at: datetime


def model_name(model: ModelId, version: TrainedVersion, *, trained_at: datetime) -> str:
    """The SageMaker model `{project}--{model}-v1-4-0-r2-{YYYYMMDDHHMMSS}`, in UTC."""
    if trained_at.tzinfo is None:
        raise InvalidName(f"training time {trained_at.isoformat()} has no zone; give an aware datetime")
    return _fitting(f"{model.sagemaker}-{version.slug}-{trained_at.astimezone(UTC):%Y%m%d%H%M%S}")


def parse_model_name(name: str) -> ModelName | None:
    """Read a SageMaker model's name back; None for a name that Modelway did not make."""
    match = _MODEL_NAME.fullmatch(name)
    if not match:
        return None
    try:
        trained_at = datetime.strptime(match["time"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return ModelName(ModelId(match["project"], match["model"]), parse_slug(match["slug"]), trained_at)
    except (InputError, ValueError):
        return None


def job_name(model: ModelId, version: TrainedVersion, stage: Stage, *, run_id: str, attempt: int) -> str:
    """The training or processing job of one attempt at a stage of a run."""
    return _fitting(f"{model.sagemaker}-{version.slug}-{stage}-{_short_hash([run_id, stage, attempt])}")


def endpoint_config_name(model: ModelId, version: TrainedVersion, content: Mapping[str, object]) -> str:
    """A configuration named by what it says, so that describing it tells whether it is the asked one."""
    return _fitting(f"{model.sagemaker}-{version.slug}-{_short_hash(content)}")


def run_id(dag_id: str, conf: Mapping[str, object], *, trigger: str) -> str:
    """The Airflow run of one trigger: the same (dag, conf, trigger) is the same run."""
    return f"t-{_hash([dag_id, conf, trigger])[:16]}"


def release_key(model: ModelId, version: Version, file: str) -> str:
    """The S3 key of a file of a release."""
    return f"{releases_prefix(model)}{version}/{file}"


def releases_prefix(model: ModelId) -> str:
    """Where a model's releases lie, with a slash at the end."""
    return f"{model.prefix}/releases/"


def reservations_prefix(model: ModelId) -> str:
    """Where a model's numbered reservations lie, with a slash at the end."""
    return f"{model.prefix}/reservations/"


def reservation_key(model: ModelId, number: int) -> str:
    """The S3 key of a model's reservation of that number, counted from 1; keys sort as their numbers do."""
    return f"{reservations_prefix(model)}{number:08d}.json"


def sources_key(model: ModelId, digest: str) -> str:
    """The S3 key of what tells which version the sources with the digest `sha256:…` have."""
    return f"{model.prefix}/sources/{digest.removeprefix('sha256:')}.json"


def trained_prefix(model: ModelId, version: TrainedVersion) -> str:
    """Where a trained version's artifact and evaluation lie, with a slash at the end."""
    return f"{model.prefix}/trained/{version.slug}/"


def checkpoints_prefix(model: ModelId, version: TrainedVersion, *, run_id: str) -> str:
    """Where all attempts of a run keep their checkpoints, with a slash at the end."""
    return f"{trained_prefix(model, version)}checkpoints/{_short_hash(run_id)}/"


def layer_key(digest: str) -> str:
    """The S3 key of an image layer with the digest `sha256:…`."""
    return f"images/sha256/{digest.removeprefix('sha256:')}"


def lock_key(question: str) -> str:
    """The S3 key of the packages that a set of requirement files, by its SHA-256, was resolved to."""
    return f"images/locks/{question}.txt"


def result_key(run: str) -> str:
    """The S3 key of what a DAG run came to."""
    return f"runs/{run}/result.json"


def pool(project: str) -> str:
    """The Airflow pool in which the tasks of the project's runs queue."""
    return f"modelway-{project}"


def slack_connection(project: str) -> str:
    """The Airflow connection whose password is the project's Slack webhook URL."""
    return f"modelway_slack_{project.replace('-', '_')}"


def input_uri(model: ModelId, location: str, *, bucket: str) -> str:
    """An input of model.toml as an S3 URI: absolute as it is, relative below the model's prefix."""
    return location if location.startswith("s3://") else f"s3://{bucket}/{model.prefix}/{location.strip('/')}/"


def tags(
    model: ModelId, version: TrainedVersion, *, commit: str, run: str, owner: str, environment: str
) -> list[dict[str, str]]:
    """The tags that every resource and job of a run carries."""
    values = {
        "project": model.project,
        "model": model.model,
        "version": str(version),
        "commit": commit,
        "dag_run": run,
        "owner": owner,
        "environment": environment,
        "managed-by": "modelway",
    }
    return [{"Key": key, "Value": value} for key, value in values.items() if value]


def _fitting(name: str) -> str:
    if len(name) > MAX_SAGEMAKER_NAME:
        raise InvalidName(
            f"SageMaker name {name!r} has {len(name)} characters, AWS takes {MAX_SAGEMAKER_NAME};"
            " shorten the project, the model or the version's numbers"
        )
    return name


def _short_hash(content: object) -> str:
    return _hash(content)[:8]


def _hash(content: object) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
