"""Rights against evidence, on small examples; test_applied.py does it with a whole platform's."""

from typing import Any

import pytest

from tests.terraform.blocks import ROOT, blocks
from tests.terraform.calls import Call, Place
from tests.terraform.evidence import UNSEEN, Right, Unseen, compare, read_unseen, seen
from tests.terraform.policy import Policy, statements_of

BUCKET = "arn:aws:s3:::b"
WRITES = Call("writer", "s3", "PutObject", f"{BUCKET}/runs/1")


def policy(actions: list[str], resource: str = f"{BUCKET}/*", sid: str = "Runs", **more: Any) -> Policy:
    statement = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource, **more}
    return Policy(statements_of({"Statement": statement}))


def found(calls: list[Call], policy_: Policy, *unseen: Right) -> list[str]:
    reasons = [Unseen((right,), reason="why", source="where") for right in unseen]
    return compare(calls, {"writer": policy_}, reasons, Place())


def test_what_is_needed_and_allowed_is_in_order() -> None:
    assert found([WRITES], policy(["s3:PutObject"])) == []


def test_a_missing_right_is_found() -> None:
    (line,) = found([WRITES], policy([]))
    assert line == f"writer is not allowed s3:PutObject on {BUCKET}/runs/1"


def test_a_right_on_something_else_is_a_missing_one() -> None:
    lines = found([WRITES], policy(["s3:PutObject"], f"{BUCKET}/models/*"))
    assert len(lines) == 2  # nothing needed what is written, either


def test_a_superfluous_right_is_found() -> None:
    (line,) = found([WRITES], policy(["s3:PutObject", "s3:DeleteObject"]))
    assert line == "writer: Runs: s3:DeleteObject: no call shows it and unseen.toml has no reason"


def test_a_pattern_is_needed_when_a_call_fits_it() -> None:
    assert found([WRITES], policy(["s3:Put*"])) == []
    assert len(found([WRITES], policy(["s3:Put*", "s3:Get*"]))) == 1


def test_a_right_that_another_role_used_is_superfluous() -> None:
    assert (
        len(found([WRITES, Call("reader", "s3", "GetObject", f"{BUCKET}/a")], policy(["s3:PutObject", "s3:GetObject"])))
        == 1
    )


def test_a_written_reason_is_enough() -> None:
    assert found([], policy(["s3:PutObject"]), Right("writer", "Runs", "s3:PutObject")) == []


def test_a_reason_for_what_the_road_shows_is_one_too_many() -> None:
    (line,) = found([WRITES], policy(["s3:PutObject"]), Right("writer", "Runs", "s3:PutObject"))
    assert "unseen.toml has a reason and the road shows it" in line


@pytest.mark.parametrize("calls", [[], [WRITES]], ids=["unseen", "seen"])
def test_what_the_road_shows_by_its_pace_only_may_be_shown_or_not(calls: list[Call]) -> None:
    entry = Unseen((Right("writer", "Runs", "s3:PutObject"),), reason="why", source="where", sometimes=True)
    assert compare(calls, {"writer": policy(["s3:PutObject"])}, [entry], Place()) == []


@pytest.mark.parametrize(
    "right", [Right("writer", "Runs", "s3:GetObject"), Right("writer", "Walks", "s3:PutObject")], ids=str
)
def test_a_reason_for_a_right_that_nobody_has_is_found(right: Right) -> None:
    (line,) = found([WRITES], policy(["s3:PutObject"]), right)
    assert "unseen.toml has a reason and the policy does not" in line


def test_two_statements_of_a_role_are_not_told_apart_by_one_name() -> None:
    twice = Policy((*policy(["s3:PutObject"]).statements, *policy(["s3:PutObject"]).statements))
    assert any("it is written twice" in line for line in found([WRITES], twice))


def test_an_object_that_is_not_there_needs_the_right_to_list() -> None:
    missing = Call("writer", "s3", "GetObject", f"{BUCKET}/runs/1", 404)
    listed = policy(["s3:GetObject", "s3:ListBucket"], "*")
    assert found([missing], listed) == []
    assert f"writer is not allowed s3:ListBucket on {BUCKET} without s3:prefix" in found(
        [missing], policy(["s3:GetObject"])
    )


def test_who_applies_at_a_desk_stands_for_gitlabs_roles_of_terraform() -> None:
    desk = "modelway-infrastructure"
    calls = [Call(desk, "s3", "CreateBucket", BUCKET), Call(desk, "s3", "GetBucketPolicy", BUCKET)]
    assert [(call.role, call.operation) for call in seen(calls)] == [
        ("modelway-gitlab-infrastructure", "CreateBucket"),
        ("modelway-gitlab-infrastructure", "GetBucketPolicy"),
        ("modelway-gitlab-plan", "GetBucketPolicy"),
    ]


@pytest.mark.parametrize(
    "call",
    [
        Call("modelway-infrastructure", "iam", "PutRolePolicy", "modelway-gitlab-image"),
        Call("modelway-infrastructure", "iam", "CreateOpenIDConnectProvider"),
        Call("modelway-infrastructure", "iam", "CreatePolicy"),
    ],
)
def test_the_first_apply_of_who_may_come_in_is_a_persons(call: Call) -> None:
    assert [*seen([call])] == []


def test_an_apply_of_other_roles_is_gitlabs() -> None:
    assert [*seen([Call("modelway-infrastructure", "iam", "PutRolePolicy", "modelway-mwaa")])]


def written() -> list[Unseen]:
    return read_unseen(UNSEEN, {"modelway-sagemaker-demo": Policy(())})


@pytest.mark.parametrize("entry", written(), ids=lambda entry: f"{entry.rights[0].role}: {entry.rights[0].statement}")
def test_a_reason_says_why_and_where_it_is_written(entry: Unseen) -> None:
    assert entry.rights
    assert entry.reason.endswith(".")
    ours = (ROOT.parent / entry.source).is_file()
    assert ours or entry.source.startswith("https://docs.aws.amazon.com/")


def test_a_reason_is_of_a_statement_that_there_is() -> None:
    text = "".join(block.body for block in blocks("data"))
    assert [right for entry in written() for right in entry.rights if f'"{right.statement}"' not in text] == []
