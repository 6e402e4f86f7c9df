"""The local AWS misbehaves as its faults.toml says, and no further."""

import json
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from local.aws.call import Call
from local.aws.faults import Fault, Faults, Plan, When, plan_of
from local.aws.rules_file import RulesUnreadable

DESCRIBE = Call("caller", "sagemaker", "DescribeTrainingJob", "happy")


def plan(**table: Any) -> Plan:
    return plan_of({"fault": [{"service": "sagemaker", "code": "ThrottlingException", **table}]})


def befallen(faults: Plan | Faults, *, calls: int, call: Call = DESCRIBE) -> list[int]:
    """Which of so many calls a fault befalls, from 1."""
    return [number for number in range(1, calls + 1) if faults.fault_for(call) is not None]


def test_a_fault_befalls_every_call_that_it_is_about() -> None:
    assert befallen(plan(operation="DescribeTrainingJob"), calls=3) == [1, 2, 3]


@pytest.mark.parametrize(
    "table",
    [
        {"service": "s3"},
        {"operation": "CreateTrainingJob"},
        {"role": "other"},
        {"resource": "sad"},
    ],
)
def test_a_fault_leaves_all_other_calls_alone(table: dict[str, str]) -> None:
    assert befallen(plan(**table), calls=1) == []


def test_names_may_be_patterns() -> None:
    assert befallen(plan(operation="Describe*", role="call*", resource="*pp?"), calls=1) == [1]


def test_the_nth_calls_fail_and_the_others_do_not() -> None:
    assert befallen(plan(nth=[1, 3]), calls=5) == [1, 3]


def test_the_first_calls_fail_and_no_others() -> None:
    assert befallen(plan(times=2), calls=5) == [1, 2]


def test_a_probability_strikes_the_same_calls_with_the_same_seed() -> None:
    first, second, third = (befallen(plan(probability=0.5, seed=seed), calls=100) for seed in (1, 1, 2))
    assert first == second != third
    assert 30 < len(first) < 70


def test_only_calls_that_a_fault_is_about_count_for_it() -> None:
    faults = plan(operation="Describe*", nth=[2])
    assert befallen(faults, calls=5, call=Call("caller", "sagemaker", "ListModels", "")) == []
    assert befallen(faults, calls=2) == [2]


def test_of_two_faults_the_first_in_the_file_strikes() -> None:
    tables = [{"service": "sagemaker", "code": code, "times": 1} for code in ("First", "Second")]
    both = plan_of({"fault": tables})
    struck = [both.fault_for(DESCRIBE) for _ in range(2)]
    assert [fault and fault.code for fault in struck] == ["First", None]  # the first call counted for both


def test_throttling_has_awss_words() -> None:
    assert Fault("sagemaker", code="ThrottlingException").words == "Rate exceeded"
    assert Fault("sagemaker", code="X", message="own words").words == "own words"


@pytest.mark.parametrize(
    ("table", "remedy"),
    [
        ({"code": "X"}, "needs a service"),
        ({"service": "s3"}, "needs a code"),
        ({"service": "s3", "code": "X", "colour": "red"}, "colour = 'red' is not known to a fault"),
        ({"service": "s3", "code": 7}, "code = 7 must be of type str"),
        ({"service": "s3", "code": "X", "times": True}, "times = True must be of type int"),
        ({"service": "s3", "code": "X", "probability": 50}, "between 0 and 1"),
        ({"service": "s3", "code": "X", "status": 200}, "between 400 and 599"),
        ({"service": "s3", "code": "X", "nth": [0]}, "nth = [0]"),
        ({"service": "s3", "code": "X", "nth": [1], "times": 1}, "one of probability, nth, times"),
        ({"service": "s3", "when": "later"}, "'before' or 'after'"),
        ({"service": "s3", "when": "after", "code": "X"}, "never answered"),
    ],
)
def test_a_table_that_makes_no_sense_names_its_remedy(table: dict[str, Any], remedy: str) -> None:
    with pytest.raises(RulesUnreadable) as caught:
        plan_of({"fault": [table]})
    assert remedy in str(caught.value)


def test_what_is_no_fault_is_not_passed_over() -> None:
    with pytest.raises(RulesUnreadable, match=r"\[\[fault\]\]"):
        plan_of({"faults": []})
    with pytest.raises(RulesUnreadable, match="two brackets"):
        plan_of({"fault": {"service": "s3"}})


def test_a_file_is_read_anew_when_it_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "faults.toml"
    faults = Faults(path)
    assert faults.fault_for(DESCRIBE) is None
    path.write_text("[[fault]]\nservice = 'sagemaker'\nwhen = 'after'\n")
    fault = faults.fault_for(DESCRIBE)
    assert fault is not None
    assert (fault.when, fault.effect) == (When.AFTER, "answer lost")
    path.unlink()
    assert faults.fault_for(DESCRIBE) is None


@pytest.mark.parametrize("content", ["[[fault]\n", "[[fault]]\nservice = 1\n", "\xff"])
def test_a_bad_file_is_told_of_once_and_is_no_fault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str
) -> None:
    path = tmp_path / "faults.toml"
    path.write_text(content, "latin-1")
    faults = Faults(path)
    assert befallen(faults, calls=3) == []
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"{path} is left out of account until it is mended: ")


@pytest.fixture
def ask(aws: Any) -> Iterator[Callable[[str], None]]:
    """Write the platform's faults; after the test there are none."""
    path = aws.home / "faults.toml"
    yield lambda text: path.write_text(textwrap.dedent(text))
    path.unlink(missing_ok=True)


def last_call(aws: Any) -> Any:
    return json.loads((aws.home / "aws/calls.jsonl").read_text().splitlines()[-1])


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"], answer["Error"]["Message"]


@pytest.mark.server
@pytest.mark.parametrize(
    ("service", "call", "arguments"),
    [
        ("sagemaker", "list_models", {}),  # JSON
        ("sns", "list_topics", {}),  # query
        ("s3", "list_objects_v2", {"Bucket": "none"}),  # REST-XML
        ("lambda", "list_functions", {}),  # REST-JSON
    ],
)
def test_a_refused_call_has_the_errors_form_of_its_service(
    aws: Any, ask: Any, service: str, call: str, arguments: dict[str, Any]
) -> None:
    ask(f"""
        [[fault]]
        service = "{service}"
        operation = "List*"
        code = "ThrottlingException"
        status = 429
    """)
    asked = getattr(aws.client(service), call)
    assert refusal(asked, **arguments) == (429, "ThrottlingException", "Rate exceeded")
    assert (last_call(aws)["status"], last_call(aws)["fault"]) == (429, "ThrottlingException")


@pytest.mark.server
def test_a_lost_answer_leaves_what_was_done(aws: Any, ask: Any) -> None:
    ask("""
        [[fault]]
        service = "sagemaker"
        operation = "CreateModelPackageGroup"
        resource = "lost"
        when = "after"
        times = 1
    """)
    sagemaker = aws.client("sagemaker")
    with pytest.raises(ConnectionClosedError):
        sagemaker.create_model_package_group(ModelPackageGroupName="lost")
    assert (last_call(aws)["status"], last_call(aws)["fault"]) == (200, "answer lost")
    assert refusal(sagemaker.create_model_package_group, ModelPackageGroupName="lost")[1] == "ValidationException"
    assert "fault" not in last_call(aws)


@pytest.mark.server
def test_a_refused_call_is_not_done(aws: Any, ask: Any) -> None:
    ask("""
        [[fault]]
        service = "sagemaker"
        operation = "CreateModelPackageGroup"
        code = "InternalFailure"
        status = 500
        times = 1
    """)
    sagemaker = aws.client("sagemaker")
    assert refusal(sagemaker.create_model_package_group, ModelPackageGroupName="refused")[0] == 500
    assert sagemaker.create_model_package_group(ModelPackageGroupName="refused")["ModelPackageGroupArn"]


@pytest.mark.server
def test_a_late_call_is_answered_all_the_same(aws: Any, ask: Any) -> None:
    ask("""
        [[fault]]
        service = "sts"
        operation = "GetCallerIdentity"
        seconds = 0.3
    """)
    assert aws.client("sts").get_caller_identity()["Account"]
    assert last_call(aws)["ms"] >= 300
    assert last_call(aws)["fault"] == "late"


@pytest.mark.server
def test_only_the_named_role_is_befallen(aws: Any, ask: Any) -> None:
    ask("""
        [[fault]]
        service = "sns"
        role = "unlucky"
        code = "AccessDenied"
        status = 403
    """)
    role = aws.client("iam").create_role(RoleName="unlucky", AssumeRolePolicyDocument="{}")["Role"]
    keys = aws.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="test")["Credentials"]
    assert refusal(aws.client("sns", credentials=keys).list_topics)[:2] == (403, "AccessDenied")
    assert aws.client("sns").list_topics()["Topics"] == []
