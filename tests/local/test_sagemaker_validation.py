"""Every request is checked as AWS checks it: names, lengths, ranges, choices, unknown and missing members."""

from typing import Any

import pytest

from local.aws.sagemaker.filters import HEEDED, REFUSED, refuse_unheeded
from local.aws.sagemaker.platform import SageMaker
from local.aws.sagemaker.refusal import Refusal
from local.aws.sagemaker.service import service_model
from local.aws.sagemaker.validation import refuse_invalid

TRAINING: dict[str, Any] = {
    "TrainingJobName": "demo--churn-v1-4-0-r2-train-0a1b2c3d",
    "RoleArn": "arn:aws:iam::123456789012:role/modelway-sagemaker",
    "AlgorithmSpecification": {"TrainingImage": "i", "TrainingInputMode": "File"},
    "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}


def words(operation: str, request: Any) -> str:
    with pytest.raises(Refusal) as caught:
        refuse_invalid(operation, request)
    assert caught.value.code == "ValidationException"
    return caught.value.message


def test_a_sound_request_passes() -> None:
    refuse_invalid("CreateTrainingJob", TRAINING)


@pytest.mark.parametrize("name", ["under_score", "dot.ted", "-first", "last-", "", "x" * 64, "a b", "é"])
@pytest.mark.parametrize(
    ("operation", "member"),
    [
        ("DescribeTrainingJob", "TrainingJobName"),
        ("DescribeProcessingJob", "ProcessingJobName"),
        ("DescribeModel", "ModelName"),
        ("DescribeEndpointConfig", "EndpointConfigName"),
        ("DescribeEndpoint", "EndpointName"),
        ("CreateModelPackageGroup", "ModelPackageGroupName"),
    ],
)
def test_names_that_aws_refuses_are_refused(operation: str, member: str, name: str) -> None:
    path = member[0].lower() + member[1:]
    assert f"Value '{name}' at '{path}' failed to satisfy constraint" in words(operation, {member: name})


def test_a_pattern_is_named_in_awss_words() -> None:
    assert words("DescribeTrainingJob", {"TrainingJobName": "a_b"}) == (
        "1 validation error detected: Value 'a_b' at 'trainingJobName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
    )


def test_all_problems_are_told_at_once() -> None:
    broken = {**TRAINING, "RoleArn": "x", "ResourceConfig": {"InstanceType": "ml.none", "InstanceCount": -1}}
    message = words("CreateTrainingJob", broken)
    assert message.startswith("5 validation errors detected: ")
    assert "at 'resourceConfig.volumeSizeInGB' failed to satisfy constraint: Member must not be null" in message
    assert "'resourceConfig.instanceCount' failed to satisfy constraint: Member must have value greater than" in message
    assert (
        "'resourceConfig.instanceType' failed to satisfy constraint: Member must satisfy enum value set: [" in message
    )


def test_missing_unknown_and_wrongly_typed_members_are_refused() -> None:
    assert "Value null at 'modelName'" in words("DescribeModel", {})
    assert "Member is unknown" in words("DescribeModel", {"ModelName": "m", "Colour": "red"})
    assert "Member must be of type string" in words("DescribeModel", {"ModelName": 7})
    assert "Member must be of type integer" in words("ListModels", {"MaxResults": True})
    assert "Member must be of type structure" in words("DescribeModel", [])


def test_hyperparameters_must_be_text() -> None:
    assert "'hyperParameters.c.value'" in words("CreateTrainingJob", {**TRAINING, "HyperParameters": {"c": 1.0}})


def test_letters_of_any_language_may_stand_in_tags_but_not_every_sign() -> None:
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:model/m"
    refuse_invalid("AddTags", {"ResourceArn": arn, "Tags": [{"Key": "größe", "Value": "groß"}]})
    assert "tags.1.member.key" in words("AddTags", {"ResourceArn": arn, "Tags": [{"Key": "a%b", "Value": ""}]})


def test_null_is_the_same_as_nothing() -> None:
    refuse_invalid("ListModels", {"NameContains": None})


def problem(operation: str) -> str:
    """What is wrong with an empty request, nothing where nothing is required."""
    try:
        refuse_invalid(operation, {})
    except Refusal as refusal:
        return refusal.message
    return ""


def test_every_operation_of_sagemaker_can_be_checked() -> None:
    for operation in service_model().operation_names:
        shape = service_model().operation_model(operation).input_shape
        required = shape.required_members if shape else []
        assert problem(operation).count("Member must not be null") == len(required), operation


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The operations that are answered here."""
    return sorted(SageMaker(tmp_path_factory.mktemp("home"), "http://127.0.0.1:1", environment={}).operations())


def texts(operation: str) -> dict[str, Any]:
    """The text members at the top of a request."""
    shape: Any = service_model().operation_model(operation).input_shape
    return {name: member for name, member in shape.members.items() if member.type_name == "string"}


def lower(name: str) -> str:
    return name[0].lower() + name[1:]


def test_every_text_of_an_operation_that_is_answered_here_has_its_length(ours: list[str]) -> None:
    bounded = {(operation, name) for operation in ours for name, m in texts(operation).items() if "max" in m.metadata}
    assert ("CreateTrainingJob", "TrainingJobName") in bounded
    for operation, name in bounded:
        told = f"at '{lower(name)}' failed to satisfy constraint: Member must have length"
        assert told in words(operation, {name: "x" * 100_000}), (operation, name)


def test_every_name_of_an_operation_that_is_answered_here_has_its_pattern(ours: list[str]) -> None:
    named = {(operation, name) for operation in ours for name in texts(operation) if name.endswith(("Name", "Arn"))}
    assert ("StopTransformJob", "TransformJobName") in named
    for operation, name in named:
        told = f"at '{lower(name)}' failed to satisfy constraint: Member must satisfy regular expression pattern"
        assert told in words(operation, {name: "a b"}), (operation, name)


def test_every_filter_of_a_list_is_heeded_or_refused(ours: list[str]) -> None:
    for operation in (name for name in ours if name.startswith("List")):
        shape: Any = service_model().operation_model(operation).input_shape
        assert set(shape.members) <= HEEDED | set(REFUSED.get(operation, {})), operation


def test_a_filter_that_would_have_no_effect_is_refused() -> None:
    refuse_unheeded("ListModelPackageGroups", {"CrossAccountFilterOption": "SameAccount"})
    for operation, members in REFUSED.items():
        for member in members:
            with pytest.raises(Refusal, match=f"does not filter by {member}"):
                refuse_unheeded(operation, {member: "CrossAccount"})
