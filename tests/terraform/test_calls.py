"""What the calls of a log ask IAM for."""

import json
from pathlib import Path

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from tests.terraform.actions import EXCEPTIONS, action_of
from tests.terraform.calls import Call, Place, calls_of
from tests.terraform.policy import Asked

PLACE = Place()
BUCKET = "arn:aws:s3:::b"
SAGEMAKER = "arn:aws:sagemaker:eu-west-1:123456789012"


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("s3", "ListObjectsV2", "s3:ListBucket"),
        ("s3", "HeadObject", "s3:GetObject"),
        ("s3", "UploadPart", "s3:PutObject"),
        ("lambda", "Invoke", "lambda:InvokeFunction"),
        ("monitoring", "PutDashboard", "cloudwatch:PutDashboard"),
        ("budgets", "CreateNotification", "budgets:ModifyBudget"),
        ("sagemaker", "CreateModel", "sagemaker:CreateModel"),
    ],
)
def test_an_operation_needs_the_right_that_aws_names(service: str, operation: str, action: str) -> None:
    assert action_of(service, operation) == action


@pytest.mark.parametrize("service", EXCEPTIONS)
def test_an_exception_is_of_an_operation_that_there_is(service: str) -> None:
    model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    assert set(EXCEPTIONS[service]) <= set(model.operation_names)


@pytest.mark.parametrize(
    ("call", "arn"),
    [
        (Call("r", "s3", "GetObject", f"{BUCKET}/k"), f"{BUCKET}/k"),
        (Call("r", "ecr", "PutImage", "a/b"), "arn:aws:ecr:eu-west-1:123456789012:repository/a/b"),
        (Call("r", "iam", "GetRole", "modelway-mwaa"), "arn:aws:iam::123456789012:role/modelway-mwaa"),
        (Call("r", "airflow", "GetEnvironment", "e"), "arn:aws:airflow:eu-west-1:123456789012:environment/e"),
        (Call("r", "airflow", "InvokeRestApi", "e"), "arn:aws:airflow:eu-west-1:123456789012:role/e/User"),
        (Call("r", "logs", "GetLogEvents", "/g"), "arn:aws:logs:eu-west-1:123456789012:log-group:/g:log-stream:any"),
        (Call("r", "sagemaker", "CreateEndpointConfig", "a--b-v1"), f"{SAGEMAKER}:endpoint-config/a--b-v1"),
        (Call("r", "sagemaker", "CreateModelPackage", "a--b"), f"{SAGEMAKER}:model-package/a--b/1"),
        (Call("r", "sagemaker", "ListModelPackages", "a--b"), f"{SAGEMAKER}:model-package/a--b/1"),
        (Call("r", "sagemaker", "CreateModelPackageGroup", "a--b"), f"{SAGEMAKER}:model-package-group/a--b"),
        (Call("r", "ec2", "CreateVpc"), None),
    ],
)
def test_a_call_is_about_the_resource_that_a_policy_would_name(call: Call, arn: str | None) -> None:
    (asked,) = call.asks(PLACE)
    assert asked.resource == arn


def test_to_be_told_that_an_object_is_not_there_takes_the_right_to_list() -> None:
    asked = [*Call("r", "s3", "HeadObject", f"{BUCKET}/a/b", 404).asks(PLACE)]
    assert asked == [Asked("s3:GetObject", f"{BUCKET}/a/b"), Asked("s3:ListBucket", BUCKET, {"s3:prefix": ()})]


def test_the_older_file_is_read_too_and_a_call_once(tmp_path: Path) -> None:
    (tmp_path / "aws").mkdir()
    for name, operations in {"calls.jsonl.1": ["A", "B"], "calls.jsonl": ["B", "C"]}.items():
        lines = [
            {"time": "…", "role": "r", "service": "s", "operation": each, "resource": "", "status": 200, "ms": 1}
            for each in operations
        ]
        (tmp_path / "aws" / name).write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert [call.operation for call in calls_of(tmp_path)] == ["A", "B", "C"]
