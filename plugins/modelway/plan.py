"""What a DAG run works on; the tasks of a run hand it on as JSON."""

from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from modelway import names
from modelway.errors import SpecError
from modelway.release import Release, TrainedVersionText
from modelway.spec import ModelSpec
from modelway.versions import TrainedVersion, parse_trained


def _single_line(value: str) -> str:
    return " ".join(value.split())


class Conf(BaseModel):
    """The conf of a DAG run: typed by a person or sent by CI, never trusted."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    project: str
    model: str
    version: TrainedVersionText
    reason: Annotated[str, Field(max_length=256), AfterValidator(_single_line)] = ""

    @property
    def id(self) -> names.ModelId:
        """The model."""
        return names.ModelId(self.project, self.model)

    @property
    def trained(self) -> TrainedVersion:
        """The trained version that the run makes or deploys."""
        return parse_trained(self.version)


@dataclass(frozen=True)
class Account:
    """Where a project's jobs run, as whom, and by which KMS key they encrypt what they write ("": the bucket's own)."""

    bucket: str
    role_arn: str
    environment: str
    kms_key: str = ""


class Champion(BaseModel):
    """The trained model that the endpoint's live configuration gives most of the traffic to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: TrainedVersionText
    model_name: str
    image: str
    artifact: str


class Plan(BaseModel):
    """A release, its specification, the trained version at hand, and what it will be compared with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    release: Release
    spec: ModelSpec
    version: TrainedVersionText
    run_id: str
    champion: Champion | None = None

    @model_validator(mode="after")
    def _release_is_of_the_model(self) -> Self:
        if self.spec.id != self.release.id:
            raise SpecError(f"model.toml describes {self.spec.id}, but the release is of {self.release.id}")
        return self

    @property
    def id(self) -> names.ModelId:
        """The model."""
        return self.release.id

    @property
    def trained(self) -> TrainedVersion:
        """The trained version."""
        return parse_trained(self.version)

    def tags(self, environment: str) -> list[dict[str, str]]:
        """The tags of everything that this run creates."""
        return names.tags(
            self.id,
            self.trained,
            commit=self.release.commit,
            run=self.run_id,
            owner=self.spec.model.owner,
            environment=environment,
        )

    def job_name(self, stage: names.Stage, *, attempt: int) -> str:
        """The job of one attempt at a stage of this run."""
        return names.job_name(self.id, self.trained, stage, run_id=self.run_id, attempt=attempt)

    def output(self, *, bucket: str) -> str:
        """The S3 URI, with a slash at the end, below which this version's jobs write."""
        return f"s3://{bucket}/{names.trained_prefix(self.id, self.trained)}"

    def checkpoints(self, *, bucket: str) -> str:
        """The S3 URI, with a slash at the end, at which an attempt goes on where the one before it was."""
        return f"s3://{bucket}/{names.checkpoints_prefix(self.id, self.trained, run_id=self.run_id)}"

    def container_environment(self, *, bucket: str) -> dict[str, str]:
        """What the container knows of itself; the first training channel is the provenance that responses carry."""
        location = next(iter(self.spec.train.inputs.values()))
        return {
            "MODELWAY_MODEL": str(self.id),
            "MODELWAY_VERSION": self.version,
            "MODELWAY_TRAINING_DATA": names.input_uri(self.id, location, bucket=bucket),
        }


class Deployment(BaseModel):
    """An approved package on its way to its endpoint."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: Plan
    model_name: str
    package_arn: str
