"""model.toml: what is right goes through, what is wrong comes back with key, value and remedy."""

from datetime import timedelta

import pytest

from modelway.errors import SpecError
from modelway.spec import ModelSpec, Problem, parse_spec

GOOD = """
[model]
project = "demo"
name = "breast-cancer"
owner = "team@example.com"
problem = "binary"

[train]
instances = { type = "ml.m5.large" }
max_runtime = "30m"
hyperparameters = { c = 1.0, shuffle = true, solver = "lbfgs", steps = 3 }
inputs = { train = "data/train/" }
metrics = { train_loss = 'train_loss=([0-9.]+)' }

[evaluate]
test = "data/test/"
target = "malignant"
metrics = [{ name = "f1", limit = 0.9 }]

[deploy]
instances = { type = "ml.m5.large" }
"""


def test_a_good_file_is_read_with_its_defaults() -> None:
    spec = parse_spec(GOOD)
    assert spec.model.problem is Problem.BINARY
    assert spec.train.max_runtime == timedelta(minutes=30)
    assert (spec.train.instances.count, spec.deploy.kind, spec.notify.email) == (1, "realtime", [])


def test_spot_machines_are_waited_for_twice_as_long_as_the_job_may_run_unless_said_otherwise() -> None:
    spot = parse_spec(GOOD.replace('"30m"', '"30m"\nspot = true')).train
    told = parse_spec(GOOD.replace('"30m"', '"30m"\nspot = true\nmax_wait = "45m"')).train
    assert (spot.longest_wait, told.longest_wait) == (timedelta(hours=1), timedelta(minutes=45))


def test_a_long_job_may_be_spot_where_it_saves_checkpoints() -> None:
    text = GOOD.replace('"30m"', '"20d"\nspot = true\ncheckpoint = "/opt/ml/checkpoints"')
    assert parse_spec(text).train.longest_wait == timedelta(days=28)


def test_a_specification_survives_the_way_through_airflow() -> None:
    spec = parse_spec(GOOD)
    assert ModelSpec.model_validate(spec.model_dump(mode="json")) == spec


@pytest.mark.parametrize(
    ("right", "wrong", "key", "value", "remedy"),
    [
        ('type = "ml.m5.large" }\nmax', 'typ = "ml.m5.large" }\nmax', "train.instances.typ", "'ml.m5.large'", "'type'"),
        ("[deploy]", "[deply]", "deply", "{'instances'", "did you mean 'deploy'?"),
        ('project = "demo"', "project = 7", "model.project", "7", "string"),
        ('"30m"', '"half an hour"', "train.max_runtime", "'half an hour'", "'30m'"),
        ('"30m"', "30", "train.max_runtime", "30", "a number and a unit"),
        ('"30m"', '"40d"', "train.max_runtime", "'40d'", "28 days"),
        ('"binary"', '"ternary"', "model.problem", "'ternary'", "'multiclass'"),
        (
            '{ type = "ml.m5.large" }\nmax',
            '{ type = "m5.large" }\nmax',
            "train.instances.type",
            "'m5.large'",
            "'ml.m5.large'",
        ),
        (
            '{ type = "ml.m5.large" }\nmax',
            '{ type = "ml.m5.large", count = "1" }\nmax',
            "train.instances.count",
            "'1'",
            "integer",
        ),
        (
            '{ type = "ml.m5.large" }\nmax',
            '{ type = "ml.m5.large", count = 0 }\nmax',
            "train.instances.count",
            "0",
            "greater",
        ),
        ('"data/test/"', '"../secrets"', "evaluate.test", "'../secrets'", "'data/train/'"),
        ("limit = 0.9", "limit = nan", "evaluate.metrics.0.limit", "nan", "finite"),
        (
            "'train_loss=([0-9.]+)'",
            "'train_loss=[0-9.]+'",
            "train.metrics.train_loss",
            "'train_loss=[0-9.]+'",
            "0 groups",
        ),
        ("'train_loss=([0-9.]+)'", "'(((('", "train.metrics.train_loss", "'(((('", "regular expression"),
        ('"malignant"', '"{{ var.value.secret }}"', "evaluate.target", "'{{ var", "not rendered"),
        ('"team@example.com"', '"the team"', "model.owner", "'the team'", "'team@example.com'"),
        ('target = "malignant"\n', "", "evaluate.target", "missing", "add it"),
        ('name = "breast-cancer"', f'name = "{"x" * 80}"', "model", "x" * 80, "leave room for 32"),
        ('name = "breast-cancer"', 'name = "Breast Cancer"', "model", "'Breast Cancer'", "'churn-eu'"),
        ('"f1"', '"mse"', "evaluate.metrics", "'mse'", "f1, precision"),
        ("limit = 0.9", 'goal = "minimize"', "goal of 'f1'", "f1", "'maximize'"),
        (
            '{ type = "ml.m5.large" }\nmax',
            '{ type = "ml.m5.large", alternatives = ["m5.xlarge"] }\nmax',
            "train.instances.alternatives.0",
            "'m5.xlarge'",
            "'ml.m5.large'",
        ),
        (
            '{ type = "ml.m5.large" }\nmax',
            '{ type = "ml.m5.large", alternatives = ["ml.m5.large"] }\nmax',
            "train.instances",
            "'ml.m5.large'",
            "name each type once",
        ),
        ('"30m"', '"2h"\nspot = true', "train", "7200s", "checkpoint = '/opt/ml/checkpoints'"),
        ('"30m"', '"30m"\nspot = true\nmax_wait = "10m"', "train", "600s", "make it longer"),
        ('"30m"', '"30m"\nmax_wait = "1h"', "train", "max_wait", "spot = true"),
        ('"30m"', '"30m"\nspot = "yes"', "train.spot", "'yes'", "boolean"),
        ('"30m"', '"30m"\ncheckpoint = "/tmp/here"', "train.checkpoint", "'/tmp/here'", "'/opt/ml/checkpoints'"),
        ('"30m"', '"30m"\ncheckpoint = "/opt/ml/model"', "train.checkpoint", "'/opt/ml/model'", "SageMaker has a use"),
    ],
)
def test_a_wrong_value_is_named_with_its_key_and_a_remedy(
    right: str, wrong: str, key: str, value: str, remedy: str
) -> None:
    assert right in GOOD
    with pytest.raises(SpecError) as caught:
        parse_spec(GOOD.replace(right, wrong, 1))
    message = str(caught.value)
    assert message.startswith("model.toml: ")
    assert key in message
    assert value in message
    assert remedy in message


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(SpecError) as caught:
        parse_spec(GOOD.replace('"binary"', '"ternary"').replace('"30m"', '"soon"'))
    assert len(str(caught.value).splitlines()) == 2


def test_what_is_not_toml_is_told_with_its_place() -> None:
    with pytest.raises(SpecError, match=r"not TOML: .*line 2"):
        parse_spec("[model]\nproject demo\n")


@pytest.mark.parametrize("text", ["x = 1\n" + "#" * 70_000, "x = " + "[" * 20_000])
def test_a_file_made_to_hurt_is_refused(text: str) -> None:
    with pytest.raises(SpecError):
        parse_spec(text)
