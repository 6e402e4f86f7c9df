"""What a role's policies come to."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.terraform.policy import Asked, Policy, statements_of

BUCKET = "arn:aws:s3:::b"


def statement(effect: str, actions: Sequence[str] | str, resources: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": actions, "Resource": resources, **more}


def policy(*statements: dict[str, Any], boundary: dict[str, Any] | None = None) -> Policy:
    end = None if boundary is None else statements_of({"Statement": boundary})
    return Policy(statements_of({"Statement": list(statements)}), end)


READS = statement("Allow", ["s3:GetObject", "s3:List*"], f"{BUCKET}/models/*")


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:getobject", "s3:ListBucket"])
def test_what_is_written_is_allowed(action: str) -> None:
    assert policy(READS).allows(Asked(action, f"{BUCKET}/models/a/b"))


@pytest.mark.parametrize(
    "asked",
    [
        Asked("s3:PutObject", f"{BUCKET}/models/a"),
        Asked("s3:GetObjectVersion", f"{BUCKET}/models/a"),
        Asked("s3:GetObject", f"{BUCKET}/Models/a"),
        Asked("s3:GetObject", f"{BUCKET}/runs/a"),
    ],
    ids=str,
)
def test_what_is_not_written_is_refused(asked: Asked) -> None:
    assert not policy(READS).could_allow(asked)


def test_a_denial_wins() -> None:
    denied = policy(statement("Allow", "s3:*"), statement("Deny", "s3:DeleteObject"))
    assert denied.allows(Asked("s3:GetObject", BUCKET))
    assert not denied.could_allow(Asked("s3:DeleteObject", BUCKET))


def test_a_denial_that_may_not_apply_hinders_only_where_it_does() -> None:
    when = {"ArnEquals": {"lambda:SourceFunctionArn": "arn:f"}}
    denied = policy(statement("Allow", "ec2:*"), statement("Deny", "ec2:DescribeSubnets", Condition=when))
    assert denied.could_allow(Asked("ec2:DescribeSubnets"))
    assert not denied.could_allow(Asked("ec2:DescribeSubnets", context={"lambda:SourceFunctionArn": ("arn:f",)}))


def test_nothing_is_allowed_beyond_the_boundary() -> None:
    fenced = policy(statement("Allow", "*"), boundary=statement("Allow", "s3:*"))
    assert fenced.allows(Asked("s3:GetObject", BUCKET))
    assert not fenced.could_allow(Asked("iam:CreateRole", "*"))


def test_some_resource_is_one_that_the_policy_names() -> None:
    assert policy(READS).allows(Asked("s3:GetObject"))


def test_a_document_is_read_as_iam_quotes_it() -> None:
    (read,) = statements_of(
        "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22a%3Ab%22%2C%22Resource%22%3A%22%2A%22%7D%7D"
    )
    assert (read.actions, read.resources) == (("a:b",), ("*",))


def test_an_element_that_is_not_read_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="NotAction"):
        statements_of({"Statement": {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}})
