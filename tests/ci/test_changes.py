"""The rules of a plan in words: what takes data with it comes first, and a secret never."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci import summary
from ci.changes import changes_of, digest, report
from ci.planned import Planned


def resource(address: str, *actions: str, mode: str = "managed", **change: Any) -> dict[str, Any]:
    """One of a plan's `resource_changes`."""
    return {
        "address": address,
        "mode": mode,
        "type": address.partition(".")[0],
        "change": {"actions": list(actions), "before": None, "after": None} | change,
    }


def plan(*resources: dict[str, Any], **outputs: dict[str, Any]) -> dict[str, Any]:
    """What `terraform show -json` says of a plan."""
    return {"resource_changes": list(resources), "output_changes": outputs}


def planned(content: dict[str, Any]) -> Planned:
    """The plan as its job leaves it."""
    changes = changes_of(content)
    return Planned(environment="dev", commit="c" * 40, digest="sha256:1", file="0", archives={}, changes=changes)


MANY = plan(
    resource("aws_sns_topic.project", "create"),
    resource("aws_iam_role.mwaa", "update"),
    resource("aws_s3_object.dag", "delete"),
    resource("aws_mwaa_environment.airflow", "create", "delete"),
    resource("aws_lambda_function.trigger", "delete", "create"),
    resource("aws_kms_key.platform", "delete"),
    resource("aws_s3_bucket.old", "forget"),
    resource("aws_vpc.network", "no-op"),
    resource("data.aws_iam_policy_document.trust", "read", mode="data"),
)


def test_what_takes_data_with_it_comes_first_then_the_gravest() -> None:
    assert [change.address for change in changes_of(MANY)] == [
        "aws_kms_key.platform",
        "aws_mwaa_environment.airflow",
        "aws_s3_object.dag",
        "aws_lambda_function.trigger",
        "aws_s3_bucket.old",
        "aws_iam_role.mwaa",
        "aws_sns_topic.project",
    ]
    assert list(summary.losses(planned(MANY))) == [
        "dev: DATA GOES with 2 of these changes:",
        "  delete aws_kms_key.platform: all that only this key decrypts",
        "  replace aws_mwaa_environment.airflow: Airflow's history of runs",
    ]


def test_gitlab_counts_a_replacement_as_one_made_and_one_deleted() -> None:
    assert json.loads(report(changes_of(MANY))) == {"create": 3, "update": 1, "delete": 4}
    assert summary.sentence(planned(MANY)) == "dev: 1 to create, 1 to change, 1 to forget, 2 to replace, 2 to delete"


def test_the_summary_warns_before_it_counts() -> None:
    text = summary.markdown(planned(MANY))
    assert text.startswith("**\N{WARNING SIGN} dev: data goes with 2 of these changes**\n\n- **delete** `aws_kms_key.")
    assert text.index("data goes") < text.index("1 to create") < text.index("<details>")
    assert f"Plan `sha256:1` of commit `{'c' * 40}`" in text


def test_an_empty_plan_says_so() -> None:
    assert summary.sentence(planned(plan())) == "dev: nothing to change"
    assert list(summary.losses(planned(plan()))) == []
    assert list(summary.done(planned(plan()))) == ["dev: nothing was to change"]


def test_a_change_names_its_attributes_with_short_values_and_what_asks_for_a_new_one() -> None:
    before = {"max_workers": 5, "policy": "p" * 99, "arn": "a", "name": "x", "same": 1, "password": "correct"}
    after = {"max_workers": 10, "policy": "q" * 99, "name": "y", "same": 1, "password": "horse"}
    change = resource(
        "aws_mwaa_environment.airflow",
        *("delete", "create"),
        before=before,
        after=after,
        after_unknown={"arn": True},
        before_sensitive={"password": True},
        after_sensitive={"password": True},
        replace_paths=[["name"]],
    )
    (found,) = changes_of(plan(change))
    assert found.attributes == (
        "arn: known after apply",
        "max_workers: 5 \N{RIGHTWARDS ARROW} 10",
        'name: "x" \N{RIGHTWARDS ARROW} "y" (asks for a new one)',
        "password: (sensitive)",
        "policy",
    )


@pytest.mark.parametrize("mark", [True, {"inner": True}, {"inner": {"key": True}}, {"inner": [True]}])
def test_a_secret_is_neither_in_words_nor_in_the_digest(mark: Any) -> None:
    def content(secret: str) -> dict[str, Any]:
        inner = {"key": secret} if mark == {"inner": {"key": True}} else [secret]
        after = {"field": {"inner": inner}}
        sensitive = {"field": mark}
        return plan(resource("a.b", "update", before={}, after=after, after_sensitive=sensitive, after_unknown={}))

    assert digest(content("correct")) == digest(content("horse"))
    assert "horse" not in planned(content("horse")).model_dump_json() + summary.markdown(planned(content("horse")))


@given(st.permutations(MANY["resource_changes"]))
def test_the_same_changes_have_the_same_digest_in_any_order(resources: list[dict[str, Any]]) -> None:
    assert digest(plan(*resources)) == digest(MANY)


@pytest.mark.parametrize(
    "other",
    [
        plan(resource("a.b", "update", before={"x": 1}, after={"x": 3})),
        plan(resource("a.b", "update", before={"x": 0}, after={"x": 2})),
        plan(resource("a.c", "update", before={"x": 1}, after={"x": 2})),
        plan(resource("a.b", "delete", "create", before={"x": 1}, after={"x": 2})),
        plan(resource("a.b", "update", before={"x": 1}, after={"x": 2}), url={"actions": ["create"], "after": "u"}),
        plan(),
    ],
)
def test_other_changes_have_another_digest(other: dict[str, Any]) -> None:
    assert digest(other) != digest(plan(resource("a.b", "update", before={"x": 1}, after={"x": 2})))


def test_what_does_not_change_is_not_in_the_digest() -> None:
    unchanged = {"actions": ["no-op"], "before": "u", "after": "u"}
    assert digest(plan(resource("a.b", "no-op"), url=unchanged)) == digest(plan())


def test_a_name_cannot_leave_its_line_in_a_note() -> None:
    change = resource('a.b["`@all` | \n/merge"]', "create")
    text = summary.markdown(planned(plan(change)))
    assert "\n/merge" not in text
    assert "- create `` a.b[" in text


def test_a_note_of_very_many_changes_names_the_rest_by_their_number() -> None:
    text = summary.markdown(planned(plan(*(resource(f"a.b{number}", "create") for number in range(200)))))
    assert "- and 50 more, in the job's log" in text
    assert text.count("\n- create ") == 150
