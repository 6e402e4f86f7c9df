"""Models, model packages, tags and lists are kept as AWS keeps them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from tests.local.sagemaker_world import ROLE, World

pytestmark = pytest.mark.server
HOUR = timedelta(hours=1)
ARN = "arn:aws:sagemaker:eu-west-1:123456789012"


@pytest.fixture(scope="module")
def world(aws: Any) -> World:
    return World(aws)


@pytest.fixture
def group(world: World) -> str:
    name = f"group-{uuid4().hex}"
    world.sm.create_model_package_group(ModelPackageGroupName=name, ModelPackageGroupDescription="of a test")
    return name


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def register(world: World, group: str, **more: Any) -> str:
    container = {"Image": world.image, "ModelDataUrl": "s3://b/model.tar.gz"}
    content = {
        "Containers": [container],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    }
    answer = world.sm.create_model_package(ModelPackageGroupName=group, InferenceSpecification=content, **more)
    return str(answer["ModelPackageArn"])


def test_versions_of_a_group_count_up_and_wait_for_approval(world: World, group: str) -> None:
    first, second = register(world, group), register(world, group)
    package = world.sm.describe_model_package(ModelPackageName=second)
    assert (first, second) == (f"{ARN}:model-package/{group}/1", f"{ARN}:model-package/{group}/2")
    assert (package["ModelPackageVersion"], package["ModelApprovalStatus"]) == (2, "PendingManualApproval")
    assert package["ModelPackageStatus"] == "Completed"


def test_a_deleted_versions_number_is_not_given_again(world: World, group: str) -> None:
    world.sm.delete_model_package(ModelPackageName=register(world, group))
    assert register(world, group).endswith("/2")


def test_an_update_merges_customer_metadata_and_keeps_the_rest(world: World, group: str) -> None:
    metrics = {"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": "s3://b/evaluation.json"}}}
    arn = register(world, group, ModelMetrics=metrics, CustomerMetadataProperties={"version": "1.4.0", "gone": "soon"})
    world.sm.update_model_package(
        ModelPackageArn=arn,
        ModelApprovalStatus="Approved",
        ApprovalDescription="by a person",
        CustomerMetadataProperties={"approved-by": "ana"},
        CustomerMetadataPropertiesToRemove=["gone"],
    )
    package = world.sm.describe_model_package(ModelPackageName=arn)
    assert package["CustomerMetadataProperties"] == {"version": "1.4.0", "approved-by": "ana"}
    assert (package["ModelApprovalStatus"], package["ApprovalDescription"]) == ("Approved", "by a person")
    assert package["ModelMetrics"] == metrics


def test_packages_are_listed_by_group_and_approval(world: World, group: str) -> None:
    first, second = register(world, group), register(world, group, ModelApprovalStatus="Approved")
    every = world.sm.list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]
    approved = world.sm.list_model_packages(ModelPackageGroupName=group, ModelApprovalStatus="Approved")
    assert [row["ModelPackageArn"] for row in every] == [first, second]
    assert [row["ModelPackageVersion"] for row in approved["ModelPackageSummaryList"]] == [2]


def test_a_group_with_packages_cannot_be_deleted(world: World, group: str) -> None:
    arn = register(world, group)
    assert refusal(world.sm.delete_model_package_group, ModelPackageGroupName=group)[0] == "ConflictException"
    world.sm.delete_model_package(ModelPackageName=arn)
    world.sm.delete_model_package_group(ModelPackageGroupName=group)
    assert "does not exist" in refusal(world.sm.describe_model_package_group, ModelPackageGroupName=group)[1]


def test_only_an_approved_package_becomes_a_model(world: World, group: str) -> None:
    arn = register(world, group)
    model = {"ModelName": group, "ExecutionRoleArn": ROLE, "Containers": [{"ModelPackageName": arn}]}
    code, words = refusal(world.sm.create_model, **model)
    assert (code, "PendingManualApproval" in words, arn in words) == ("ValidationException", True, True)
    world.sm.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    assert world.sm.create_model(**model)["ModelArn"] == f"{ARN}:model/{group}"


def test_an_approved_package_can_be_served(world: World, group: str) -> None:
    content = {
        "Containers": [
            {
                "Image": world.image,
                "ModelDataUrl": world.artefact(group),
                "Environment": {"FLAVOUR": "package", "A": "b"},
            }
        ],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    }
    arn = world.sm.create_model_package(
        ModelPackageGroupName=group, InferenceSpecification=content, ModelApprovalStatus="Approved"
    )["ModelPackageArn"]
    container = {"ModelPackageName": arn, "Environment": {"FLAVOUR": "model"}}
    world.sm.create_model(ModelName=group, ExecutionRoleArn=ROLE, PrimaryContainer=container)
    world.sm.create_endpoint(EndpointName=group, EndpointConfigName=world.config(group, **{group: 1}))
    assert world.settled(group)["EndpointStatus"] == "InService"
    assert world.say(group)["flavour"] == "model"


def test_names_that_are_taken_are_refused_in_awss_words(world: World) -> None:
    name = world.config("taken", **{world.model("taken"): 1})
    variants = world.sm.describe_endpoint_config(EndpointConfigName=name)["ProductionVariants"]
    assert refusal(world.model, name="taken") == (
        "ValidationException",
        f'Cannot create already existing model "{ARN}:model/taken".',
    )
    assert refusal(world.sm.create_endpoint_config, EndpointConfigName=name, ProductionVariants=variants) == (
        "ValidationException",
        f'Cannot create already existing endpoint configuration "{ARN}:endpoint-config/taken".',
    )


@pytest.mark.parametrize(
    ("operation", "argument", "words"),
    [
        ("describe_model", "ModelName", 'Could not find model "{arn}:model/nobody".'),
        ("delete_model", "ModelName", 'Could not find model "{arn}:model/nobody".'),
        (
            "describe_endpoint_config",
            "EndpointConfigName",
            'Could not find endpoint configuration "{arn}:endpoint-config/nobody".',
        ),
        ("describe_endpoint", "EndpointName", 'Could not find endpoint "{arn}:endpoint/nobody".'),
        (
            "describe_model_package_group",
            "ModelPackageGroupName",
            "ModelPackageGroup {arn}:model-package-group/nobody does not exist.",
        ),
    ],
)
def test_unknown_names_are_validation_exceptions(world: World, operation: str, argument: str, words: str) -> None:
    call = getattr(world.sm, operation)
    assert refusal(call, **{argument: "nobody"}) == ("ValidationException", words.format(arn=ARN))


def test_tags_are_added_replaced_listed_and_deleted(world: World, group: str) -> None:
    arn = register(world, group)
    world.sm.add_tags(ResourceArn=arn, Tags=[{"Key": "project", "Value": "demo"}, {"Key": "a", "Value": "1"}])
    world.sm.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "2"}])
    world.sm.delete_tags(ResourceArn=arn, TagKeys=["project"])
    assert world.sm.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "2"}]
    assert "Tags" not in world.sm.describe_model_package(ModelPackageName=arn)


def test_tags_given_at_creation_are_there(world: World) -> None:
    name = f"tagged-{uuid4().hex[:8]}"
    arn = world.sm.create_model_package_group(ModelPackageGroupName=name, Tags=[{"Key": "k", "Value": "v"}])
    assert world.sm.list_tags(ResourceArn=arn["ModelPackageGroupArn"])["Tags"] == [{"Key": "k", "Value": "v"}]


@pytest.fixture(scope="module")
def family(world: World) -> list[str]:
    return [world.model(f"family-{name}") for name in ("b", "c", "a")]


def names(answer: Any) -> list[str]:
    return [row["ModelName"] for row in answer["Models"]]


def test_lists_are_filtered_and_sorted(world: World, family: list[str]) -> None:
    newest_first = world.sm.list_models(NameContains="family-")
    by_name = world.sm.list_models(NameContains="family-", SortBy="Name", SortOrder="Ascending")
    first = world.sm.describe_model(ModelName=family[0])["CreationTime"]
    assert names(newest_first) == family[::-1]
    assert names(by_name) == sorted(family)
    assert names(world.sm.list_models(NameContains="family-", CreationTimeAfter=first + HOUR)) == []
    assert names(world.sm.list_models(NameContains="family-", CreationTimeBefore=first - HOUR)) == []
    assert len(names(world.sm.list_models(NameContains="family-", CreationTimeAfter=first - HOUR))) == len(family)


def test_pages_follow_each_other_without_gaps(world: World, family: list[str]) -> None:
    pages = world.sm.get_paginator("list_models").paginate(NameContains="family-", PaginationConfig={"PageSize": 2})
    assert [names(page) for page in pages] == [family[:0:-1], family[:1]]


def test_an_empty_page_can_have_a_successor(world: World) -> None:
    world.train("early", hyperparameters={"code": "1"})
    world.trained("early")
    world.train("late")
    world.trained("late")
    asked: dict[str, Any] = {"SortBy": "CreationTime", "MaxResults": 1, "StatusEquals": "Completed"}
    page = world.sm.list_training_jobs(**asked)
    assert page["TrainingJobSummaries"] == []
    later = world.sm.list_training_jobs(**asked, NextToken=page["NextToken"])["TrainingJobSummaries"]
    assert [row["TrainingJobName"] for row in later] == ["late"]


def test_a_token_of_nobody_is_refused(world: World) -> None:
    assert refusal(world.sm.list_models, NextToken="bm9uc2Vuc2U=")[0] == "ValidationException"


def test_times_of_what_moto_answers_are_times_with_a_zone(world: World) -> None:
    name = f"card-{uuid4().hex[:8]}"
    world.sm.create_pipeline(PipelineName=name, PipelineDefinition="{}", RoleArn=ROLE, ClientRequestToken="x" * 32)
    assert world.sm.describe_pipeline(PipelineName=name)["CreationTime"].tzinfo is not None
