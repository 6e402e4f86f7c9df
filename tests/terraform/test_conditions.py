"""IAM's conditions, as far as the root's policies use them."""

import pytest

from tests.terraform.conditions import Condition, Context

PREFIX = Condition.of("StringLike", "s3:prefix", ["models/a/*"])


def test_a_value_has_to_be_one_of_those_wanted() -> None:
    assert PREFIX.is_met({"s3:prefix": ("models/a/b/",)}, unknown=False)
    assert not PREFIX.is_met({"s3:prefix": ("models/b/",)}, unknown=True)


def test_a_key_that_nothing_is_said_of_is_what_one_takes_it_for() -> None:
    assert PREFIX.is_met({}, unknown=True)
    assert not PREFIX.is_met({}, unknown=False)


@pytest.mark.parametrize("context", [{}, {"s3:prefix": ()}])
def test_what_holds_if_the_key_is_there_holds_without_it(context: Context) -> None:
    assert Condition.of("StringLikeIfExists", "s3:prefix", ["models/*"]).is_met(context, unknown=False)


def test_a_key_that_is_surely_not_there_meets_nothing() -> None:
    assert not PREFIX.is_met({"s3:prefix": ()}, unknown=True)


def test_a_keys_name_has_no_case_and_its_value_has() -> None:
    condition = Condition.of("StringEquals", "aws:ResourceAccount", ["a"])
    assert condition.is_met({"aws:resourceaccount": ("a",)}, unknown=False)
    assert not condition.is_met({"aws:ResourceAccount": ("A",)}, unknown=False)


def test_brackets_are_no_wildcard() -> None:
    condition = Condition.of("StringLike", "s3:prefix", ["[ab]?"])
    assert condition.is_met({"s3:prefix": ("[ab]c",)}, unknown=False)
    assert not condition.is_met({"s3:prefix": ("ac",)}, unknown=False)


def test_an_operator_that_is_not_known_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="NumericLessThan"):
        Condition.of("NumericLessThan", "s3:max-keys", ["10"])
