"""SageMaker takes so many calls a second of an account, and throttles the rest."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.aws.rules_file import RulesUnreadable
from local.aws.sagemaker.place import Place
from local.aws.sagemaker.rates import RATES, Rate, Throttle, rate_of
from local.aws.sagemaker.refusal import Refusal
from local.aws.sagemaker.rules import rules_of
from local.aws.sagemaker.service import service_model

HERE = Place("123456789012", "eu-west-1")
SLOW = {"ListModels": Rate(2, at_once=3)}


class Desk:
    """A caller with a clock of its own."""

    def __init__(self, scale: float = 1.0) -> None:
        self.now = 0.0
        self.throttle = Throttle(scale=scale, clock=lambda: self.now)

    def taken(self, calls: int, *, place: Place = HERE, operation: str = "ListModels", own: Any = SLOW) -> int:
        """How many of so many calls at once are taken."""
        return sum(self.passes(place, operation, own) for _ in range(calls))

    def passes(self, place: Place, operation: str, own: Any) -> bool:
        try:
            self.throttle.refuse_excess(place, operation, own=own)
        except Refusal:
            return False
        return True


def test_so_many_calls_are_taken_at_once_and_no_more() -> None:
    assert Desk().taken(10) == 3


def test_calls_are_taken_again_at_the_rate_and_never_more_than_at_once() -> None:
    desk = Desk()
    desk.taken(10)
    desk.now = 1.0
    assert desk.taken(10) == 2
    desk.now = 100.0
    assert desk.taken(10) == 3


def test_each_operation_and_each_region_has_its_own_rate() -> None:
    desk = Desk()
    desk.taken(10)
    assert desk.taken(1, operation="DescribeModel") == 1
    assert desk.taken(1, place=Place("123456789012", "eu-central-1")) == 1


def test_creating_training_jobs_is_slower_than_looking_at_them() -> None:
    assert rate_of("CreateTrainingJob").a_second < rate_of("DescribeTrainingJob").a_second


def test_every_rate_is_one_of_an_operation_that_is_there() -> None:
    assert set(RATES) <= set(service_model().operation_names)


def test_a_scale_of_0_takes_all_but_what_a_person_has_set() -> None:
    assert Desk(scale=0).taken(1000, own={}) == 1000
    assert Desk(scale=0).taken(1000) == 3


def test_a_scale_of_2_takes_twice_as_much() -> None:
    assert Desk(scale=2).taken(1000, operation="CreateTrainingJob", own={}) == 50


@pytest.mark.parametrize(
    ("document", "remedy"),
    [
        ({"rate": {}}, "rate = {} is not known to sagemaker.toml"),
        ({"rates": {"ListModels": {"a_second": 1}}}, "the rate of ListModels needs both"),
        ({"rates": {"ListModels": 2}}, "the rate of ListModels must be a table"),
        ({"rates": {"ListModels": {"a_second": "1", "at_once": 1}}}, "a_second = '1' must be of type int or float"),
        ({"quotas": {"ml.m5.large for training job usage": -1}}, "must not be below 0"),
        ({"failure": {"code": "CapacityError"}}, "[[failure]] with two brackets"),
        ({"failure": [{"code": "Bad"}]}, "code = 'Bad' of a failure must be one of CapacityError, InternalServerError"),
        ({"interruption": [{"hours": 1}]}, "hours = 1 is not known to an interruption"),
    ],
)
def test_a_rule_that_makes_no_sense_names_its_remedy(document: dict[str, Any], remedy: str) -> None:
    with pytest.raises(RulesUnreadable) as caught:
        rules_of(document)
    assert remedy in str(caught.value)


@pytest.mark.server
def test_an_account_is_throttled_in_awss_words_and_by_what_its_file_says(launch_aws: Callable[..., Any]) -> None:
    aws = launch_aws()
    (aws.home / "sagemaker.toml").write_text("[rates]\nDescribeModel = { a_second = 0.001, at_once = 1 }\n")
    sagemaker = aws.client("sagemaker")
    assert refusal(sagemaker.describe_model, ModelName="none")[1] == "ValidationException"
    assert refusal(sagemaker.describe_model, ModelName="none") == (400, "ThrottlingException", "Rate exceeded")


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"], answer["Error"]["Message"]
