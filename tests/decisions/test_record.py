"""What is kept of a finished job."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from modelway.record import processing_record, training_record

END = datetime(2026, 11, 21, 10, tzinfo=UTC)
PRICES = {"ml.m5.large": 0.128}


def training(**more: Any) -> dict[str, Any]:
    return {
        "TrainingJobName": "job",
        "TrainingJobArn": "arn:aws:sagemaker:eu-west-1:123456789012:training-job/job",
        "TrainingJobStatus": "Completed",
        "TrainingEndTime": END,
        "ModelArtifacts": {"S3ModelArtifacts": "s3://b/model.tar.gz"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        "TrainingTimeInSeconds": 3600,
        "BillableTimeInSeconds": 3600,
        "HyperParameters": {"secret": "not in an XCom"},
    } | more


def test_a_training_costs_what_is_billed_of_it_on_each_machine() -> None:
    two = {"InstanceType": "ml.m5.large", "InstanceCount": 2}
    spot = training_record(training(BillableTimeInSeconds=900, ResourceConfig=two), prices=PRICES)
    assert (spot.seconds, spot.billable_seconds, spot.cost_usd) == (3600, 900, 0.064)
    assert (spot.instance_type, spot.instance_count) == ("ml.m5.large", 2)


def test_without_its_price_a_type_has_no_cost() -> None:
    assert training_record(training(), prices={}).cost_usd is None


def test_machines_of_several_types_are_not_guessed_at() -> None:
    groups = {"InstanceGroups": [{"InstanceType": "ml.m5.large", "InstanceCount": 1, "InstanceGroupName": "a"}]}
    record = training_record(training(ResourceConfig=groups), prices=PRICES)
    assert (record.instance_type, record.cost_usd) == ("", None)


def test_an_evaluation_is_billed_from_its_start_to_its_end() -> None:
    description = {
        "ProcessingJobName": "job",
        "ProcessingJobArn": "arn:aws:sagemaker:eu-west-1:123456789012:processing-job/job",
        "ProcessingJobStatus": "Completed",
        "ProcessingStartTime": END - timedelta(seconds=1800),
        "ProcessingEndTime": END,
        "ProcessingOutputConfig": {"Outputs": [{"S3Output": {"S3Uri": "s3://b/out"}}]},
        "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1}},
    }
    record = processing_record(description, prices=PRICES)
    assert (record.artifact, record.seconds, record.cost_usd) == ("s3://b/out/", 1800, 0.064)


def test_a_record_is_small_and_plain() -> None:
    text = json.dumps(training_record(training(), prices=PRICES).model_dump(mode="json"))
    assert "secret" not in text
    assert len(text) < 500
