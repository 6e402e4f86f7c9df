"""model.toml: what a data scientist asks for, read into frozen values or refused with key, value and remedy."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

from modelway.errors import InvalidName, SpecError
from modelway.names import ModelId

MAX_BYTES = 64 * 1024
_DURATION = re.compile(r"(?P<number>\d+)\s*(?P<unit>s|m|h|d)", re.ASCII)
_LONGEST_JOB = timedelta(days=28)
_LONGEST_WITHOUT_CHECKPOINT = timedelta(hours=1)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LOCATION = re.compile(r"(s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/)?[A-Za-z0-9][A-Za-z0-9!_.*'()/=-]*", re.ASCII)
_METRIC_NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,63}$"
_FOLDER = re.compile(r"/opt/ml/(?P<first>[A-Za-z0-9_-]+)(/[A-Za-z0-9_-]+)*", re.ASCII)
_SAGEMAKERS_OWN = frozenset({"input", "model", "output", "code", "processing"})
_EMAIL = r"^[A-Za-z0-9_.+=-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$"

Scalar = str | int | float | bool


class Problem(StrEnum):
    """What kind of answer the model gives."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"


class Goal(StrEnum):
    """Which way a metric gets better."""

    MAXIMIZE = "maximize"
    MINIMIZE = "minimize"


METRICS: Mapping[Problem, Mapping[str, Goal]] = {
    Problem.BINARY: dict.fromkeys(["f1", "precision", "recall", "accuracy", "auc"], Goal.MAXIMIZE),
    Problem.MULTICLASS: dict.fromkeys(
        ["weighted_f1", "weighted_precision", "weighted_recall", "accuracy"], Goal.MAXIMIZE
    ),
    Problem.REGRESSION: {"mse": Goal.MINIMIZE, "mae": Goal.MINIMIZE, "rmse": Goal.MINIMIZE, "r2": Goal.MAXIMIZE},
}


def _duration(value: object) -> object:
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise ValueError("use a number and a unit such as '90s', '30m', '1h' or '2d'")
    duration = timedelta(seconds=int(match["number"]) * _SECONDS[match["unit"]])
    if not timedelta(0) < duration <= _LONGEST_JOB:
        raise ValueError(f"use more than nothing and at most {_LONGEST_JOB.days} days, the longest that SageMaker runs")
    return duration


def _no_template(value: str) -> str:
    if "{{" in value or "{%" in value:
        raise ValueError("templates are not rendered here; write the value itself")
    return value


def _location(value: str) -> str:
    if ".." in value or not _LOCATION.fullmatch(value):
        raise ValueError("use a prefix such as 'data/train/' or 's3://bucket/prefix/'")
    return value


def _regex_with_one_group(value: str) -> str:
    try:
        groups = re.compile(value).groups
    except re.error as error:
        raise ValueError(f"it is not a regular expression ({error}); use one such as 'loss=([0-9.]+)'") from error
    if groups != 1:
        raise ValueError(f"it has {groups} groups and needs one, around the number: 'loss=([0-9.]+)'")
    return value


def _checkpoint_folder(value: str) -> str:
    match = _FOLDER.fullmatch(value)
    if not match or match["first"] in _SAGEMAKERS_OWN:
        raise ValueError("use a folder such as '/opt/ml/checkpoints', and none that SageMaker has a use for")
    return value


def _seconds(value: timedelta) -> str:
    return f"{int(value.total_seconds())}s"


Duration = Annotated[timedelta, BeforeValidator(_duration), PlainSerializer(_seconds)]
Text = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(_no_template)]
Location = Annotated[Text, AfterValidator(_location)]
CheckpointFolder = Annotated[str, AfterValidator(_checkpoint_folder)]
InstanceType = Annotated[str, Field(pattern=r"^ml\.[a-z0-9-]+\.[a-z0-9-]+$")]
Email = Annotated[str, Field(pattern=_EMAIL, max_length=254)]
MetricRegex = Annotated[Text, AfterValidator(_regex_with_one_group)]


class Table(BaseModel):
    """A table of model.toml: frozen, and no key but the ones named."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, str_strip_whitespace=True)


class ModelTable(Table):
    """[model]: who the model is."""

    project: str
    name: str
    owner: Email
    problem: Problem

    @model_validator(mode="after")
    def _names_fit_aws(self) -> Self:
        try:
            ModelId(self.project, self.name)
        except InvalidName as error:
            raise ValueError(str(error)) from error
        return self


class Instances(Table):
    """The machines of a training job."""

    type: InstanceType
    alternatives: list[InstanceType] = Field(default_factory=list, max_length=5)
    count: int = Field(default=1, ge=1, le=100, strict=True)
    volume_gb: int = Field(default=10, ge=1, le=16384, strict=True)

    @property
    def types(self) -> tuple[str, ...]:
        """All that will do, the first choice first."""
        return (self.type, *self.alternatives)

    @model_validator(mode="after")
    def _types_differ(self) -> Self:
        twice = [each for number, each in enumerate(self.types) if each in self.types[:number]]
        if twice:
            raise ValueError(f"alternatives names {twice[0]!r} again; name each type once, the first choice as type")
        return self


class Train(Table):
    """[train]: what one training costs and reads."""

    runtime: Literal["sagemaker"] = "sagemaker"
    instances: Instances
    max_runtime: Duration = timedelta(hours=1)
    spot: bool = Field(default=False, strict=True)
    max_wait: Duration | None = None
    checkpoint: CheckpointFolder | None = None
    hyperparameters: dict[Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,255}$")], Scalar] = Field(
        default_factory=dict, max_length=100
    )
    inputs: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")], Location] = Field(
        min_length=1, max_length=20
    )
    metrics: dict[Annotated[str, Field(pattern=_METRIC_NAME)], MetricRegex] = Field(default_factory=dict, max_length=40)

    @property
    def longest_wait(self) -> timedelta:
        """How long waiting for spot machines and training on them may take together."""
        return self.max_wait or min(2 * self.max_runtime, _LONGEST_JOB)

    @model_validator(mode="after")
    def _spot_can_end(self) -> Self:
        if self.max_wait and not self.spot:
            raise ValueError("max_wait is of spot machines only; write spot = true beside it, or leave it out")
        if self.spot and self.longest_wait < self.max_runtime:
            raise ValueError(
                f"max_wait is {_seconds(self.longest_wait)}, and shorter than the {_seconds(self.max_runtime)} of"
                " max_runtime, which it includes; make it longer"
            )
        if self.spot and not self.checkpoint and self.max_runtime > _LONGEST_WITHOUT_CHECKPOINT:
            raise ValueError(
                f"spot = true with a max_runtime of {_seconds(self.max_runtime)} and no checkpoint begins anew at each"
                " interruption, and may never end; write checkpoint = '/opt/ml/checkpoints' and have train.py save"
                " there, or lower max_runtime to 1h"
            )
        return self


class Metric(Table):
    """A metric that the evaluation must compute, and the worst value that may be deployed."""

    name: Annotated[str, Field(pattern=_METRIC_NAME)]
    goal: Goal = Goal.MAXIMIZE
    limit: float | None = Field(default=None, allow_inf_nan=False, strict=True)

    def passes(self, value: float) -> bool:
        """Whether the value is within the limit; NaN never is."""
        if self.limit is None:
            return True
        return value >= self.limit if self.goal is Goal.MAXIMIZE else value <= self.limit


class Evaluate(Table):
    """[evaluate]: the rows that decide, and how."""

    test: Location
    target: Text
    metrics: list[Metric] = Field(min_length=1, max_length=20)


class DeployInstances(Table):
    """The machines of an endpoint."""

    type: InstanceType
    count: int = Field(default=1, ge=1, le=100, strict=True)


class Deploy(Table):
    """[deploy]: what answers requests."""

    kind: Literal["realtime"] = "realtime"
    instances: DeployInstances


class Notify(Table):
    """[notify]: who hears of it; the owner when nobody is named."""

    email: list[Email] = Field(default_factory=list, max_length=20)


class ModelSpec(Table):
    """The whole of model.toml."""

    model: ModelTable
    train: Train
    evaluate: Evaluate
    deploy: Deploy
    notify: Notify = Notify()

    @property
    def id(self) -> ModelId:
        """The model's project and name."""
        return ModelId(self.model.project, self.model.name)

    @model_validator(mode="after")
    def _metrics_fit_the_problem(self) -> Self:
        known = METRICS[self.model.problem]
        for metric in self.evaluate.metrics:
            if metric.name not in known:
                raise ValueError(
                    f"evaluate.metrics names {metric.name!r}; a {self.model.problem} model has {', '.join(known)}"
                )
            if metric.goal is not known[metric.name]:
                raise ValueError(f"evaluate.metrics: goal of {metric.name!r} must be {known[metric.name].value!r}")
        return self


def parse_spec(text: str) -> ModelSpec:
    """Read the text of a model.toml; SpecError lists every key that has to change."""
    if len(text.encode()) > MAX_BYTES:
        raise SpecError(f"model.toml has {len(text.encode())} bytes, the limit is {MAX_BYTES}; keep data out of it")
    try:
        return ModelSpec.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"model.toml is not TOML: {error}; see https://toml.io for the syntax") from error
    except RecursionError as error:
        raise SpecError("model.toml is nested too deep; write the tables of the template") from error
    except ValidationError as error:
        raise SpecError("\n".join(f"model.toml: {line}" for line in _complaints(error))) from error


def _complaints(error: ValidationError) -> Iterator[str]:
    for item in error.errors():
        key = ".".join(str(part) for part in item["loc"] if part != "[key]")
        yield _complaint(key, item["type"], item["input"], item["msg"], item.get("ctx", {}), item["loc"])


def _complaint(
    key: str, kind: str, value: object, message: str, context: Mapping[str, Any], location: tuple[int | str, ...]
) -> str:
    match kind:
        case "missing":
            return f"{key} is missing; add it (see model_template/model.toml)"
        case "extra_forbidden":
            return f"{key} is {_shown(value)}, but there is no such key; {_did_you_mean(location)}"
        case "value_error" if not key:
            return str(context["error"])
        case "value_error" if isinstance(value, (Table, dict)):
            return f"{key}: {context['error']}"
        case "value_error":
            return f"{key} is {_shown(value)}; {context['error']}"
        case "string_pattern_mismatch":
            remedy = _EXAMPLES.get(str(context["pattern"]), "it has characters that AWS does not take")
            return f"{key} is {_shown(value)}; {remedy}"
        case _:
            return f"{key} is {_shown(value)}; {message[0].lower()}{message[1:]}"


_EXAMPLES = {
    r"^ml\.[a-z0-9-]+\.[a-z0-9-]+$": "use a name such as 'ml.m5.large'",
    _EMAIL: "use an address such as 'team@example.com'",
    _METRIC_NAME: "use letters, digits and underscores, such as 'train_loss'",
}


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:97]}…"


def _did_you_mean(location: tuple[int | str, ...]) -> str:
    known = _known_keys(location[:-1])
    close = difflib.get_close_matches(str(location[-1]), known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(known)}"


def _known_keys(path: tuple[int | str, ...]) -> list[str]:
    schema: dict[str, Any] = ModelSpec.model_json_schema()
    node = schema
    for part in path:
        node = node["items"] if isinstance(part, int) else node["properties"][part]
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
    return list(node["properties"])
