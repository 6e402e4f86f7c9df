"""Names: valid for AWS whatever goes in, and readable back."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from semver import Version

from modelway import names
from modelway.errors import InvalidName
from modelway.names import ModelId, ModelName, Stage
from modelway.versions import TrainedVersion, parse_trained

SAGEMAKER = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
ECR = re.compile(r"(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*")

parts = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,3}", fullmatch=True)
small = st.integers(min_value=0, max_value=99)
versions = st.builds(TrainedVersion, st.builds(Version, small, small, small), st.integers(min_value=1, max_value=9))
times = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2099, 1, 1), timezones=st.just(UTC))


@st.composite
def models(draw: st.DrawFn) -> ModelId:
    project, model = draw(parts), draw(parts)
    assume(len(project) + len(model) <= 32)
    return ModelId(project, model)


@given(models(), versions, times)
def test_a_model_name_is_valid_and_reads_back(model: ModelId, version: TrainedVersion, time: datetime) -> None:
    name = names.model_name(model, version, trained_at=time)
    assert SAGEMAKER.fullmatch(name)
    assert len(name) <= 63
    assert names.parse_model_name(name) == ModelName(model, version, time.replace(microsecond=0))


@given(models(), versions, st.sampled_from(Stage), st.text(), st.integers(min_value=1, max_value=99))
def test_a_job_name_is_valid(model: ModelId, version: TrainedVersion, stage: Stage, run: str, attempt: int) -> None:
    name = names.job_name(model, version, stage, run_id=run, attempt=attempt)
    assert SAGEMAKER.fullmatch(name)
    assert len(name) <= 63


@given(models(), models())
def test_two_models_never_share_a_name(one: ModelId, other: ModelId) -> None:
    assert (one == other) == (one.sagemaker == other.sagemaker) == (one.repository == other.repository)


@given(models())
def test_a_repository_is_one_that_ecr_takes(model: ModelId) -> None:
    assert ECR.fullmatch(model.repository)


def test_project_and_model_are_told_apart() -> None:
    assert ModelId("a-b", "c").sagemaker != ModelId("a", "b-c").sagemaker


def test_each_attempt_at_a_stage_has_its_own_job() -> None:
    model, version = ModelId("demo", "churn"), parse_trained("1.4.0+r2")
    made = {
        names.job_name(model, version, stage, run_id=run, attempt=attempt)
        for stage in Stage
        for run in ("t-1", "t-2")
        for attempt in (1, 2)
    }
    assert len(made) == 12
    again = names.job_name(model, version, Stage.TRAIN, run_id="t-1", attempt=1)
    assert again in made
    assert again.startswith("demo--churn-v1-4-0-r2-train-")


@pytest.mark.parametrize("bad", ["", "Churn", "a--b", "-a", "a-", "a_b", "a b", "chürn", "a/b", "../a", "٣", "a\n"])
def test_a_bad_name_is_refused_with_an_example(bad: str) -> None:
    with pytest.raises(InvalidName, match="use a name such as") as caught:
        ModelId("demo", bad)
    assert repr(bad) in str(caught.value)


def test_a_name_too_long_for_aws_is_refused_with_the_room_there_is() -> None:
    with pytest.raises(InvalidName, match="leave room for 32"):
        ModelId("demo", "x" * 80)


def test_a_version_too_long_for_the_name_is_refused() -> None:
    with pytest.raises(InvalidName, match="AWS takes 63"):
        names.model_name(ModelId("p" * 16, "m" * 16), parse_trained("1000.1000.1000+r99"), trained_at=datetime.now(UTC))


def test_the_time_in_a_model_name_is_utc() -> None:
    noon_in_tokyo = datetime(2026, 11, 21, 12, 0, tzinfo=timezone(timedelta(hours=9)))
    name = names.model_name(ModelId("demo", "churn"), parse_trained("1.0.0"), trained_at=noon_in_tokyo)
    assert name == "demo--churn-v1-0-0-20261121030000"


@pytest.mark.parametrize(
    "name", ["", "foreign", "demo--churn", "demo--churn-v1-0-0-20269999999999", "a-v1-0-0-20260101000000"]
)
def test_a_name_that_modelway_did_not_make_reads_as_none(name: str) -> None:
    assert names.parse_model_name(name) is None


def test_a_run_id_fits_airflows_path_with_the_longest_dag_id() -> None:
    conf = {"project": "demo", "model": "churn", "version": "1.0.0"}
    run = names.run_id("train", conf, trigger="4711")
    assert re.fullmatch(r"t-[0-9a-f]{16}", run)
    assert len(f"/dags/{'d' * 30}/dagRuns/{run}") <= 64


def test_the_same_trigger_is_the_same_run_and_a_new_press_a_new_one() -> None:
    conf = {"project": "demo", "model": "churn", "version": "1.0.0"}
    assert names.run_id("train", conf, trigger="1") == names.run_id("train", dict(reversed(conf.items())), trigger="1")
    assert names.run_id("train", conf, trigger="1") != names.run_id("train", conf, trigger="2")
    assert names.run_id("train", conf, trigger="1") != names.run_id("deploy", conf, trigger="1")


def test_a_relative_input_lies_below_the_model_and_an_absolute_one_where_it_says() -> None:
    model = ModelId("demo", "churn")
    assert names.input_uri(model, "data/train/", bucket="b") == "s3://b/models/demo/churn/data/train/"
    assert names.input_uri(model, "s3://other/rows/", bucket="b") == "s3://other/rows/"


def test_a_tag_without_a_value_is_left_out() -> None:
    tags = names.tags(
        ModelId("demo", "churn"), parse_trained("1.0.0"), commit="", run="t-1", owner="a@b.c", environment="dev"
    )
    assert {"Key": "version", "Value": "1.0.0"} in tags
    assert "commit" not in {tag["Key"] for tag in tags}
