"""From a bucket to an answering endpoint and back to nothing, by the provider's own operators."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
from airflow.providers.amazon.aws.operators.s3 import (
    S3CreateBucketOperator,
    S3CreateObjectOperator,
    S3DeleteBucketOperator,
)
from airflow.providers.amazon.aws.operators.sagemaker import (
    SageMakerDeleteModelOperator,
    SageMakerEndpointConfigOperator,
    SageMakerEndpointOperator,
    SageMakerModelOperator,
    SageMakerTrainingOperator,
)
from airflow.providers.amazon.aws.sensors.sagemaker import SageMakerEndpointSensor
from airflow.sdk import DAG, chain, task

from tests.local.sagemaker_world import RESOURCES, ROLE

NAME = "stock"
BUCKET = "stock-endpoint"
IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/knn:1"
ROWS = "0,1,1\n0,1,2\n1,8,8\n1,9,8\n"


@task
def ask() -> list[float]:
    """The classes of two points."""
    answer = boto3.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=NAME, ContentType="text/csv", Body="1,1.5\n8,9"
    )
    return [row["predicted_label"] for row in json.loads(answer["Body"].read())["predictions"]]


@task
def delete_endpoint() -> None:
    """The endpoint and its configuration, for which the provider has no operators."""
    boto3.client("sagemaker").delete_endpoint(EndpointName=NAME)
    boto3.client("sagemaker").delete_endpoint_config(EndpointConfigName=NAME)


@task
def delete_logs() -> None:
    """The training's log streams; the endpoint's are kept for a day."""
    logs: Any = boto3.client("logs")
    group = "/aws/sagemaker/TrainingJobs"
    for stream in logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=NAME)["logStreams"]:
        logs.delete_log_stream(logGroupName=group, logStreamName=stream["logStreamName"])
    logs.put_retention_policy(logGroupName=f"/aws/sagemaker/Endpoints/{NAME}", retentionInDays=1)


training = {
    "TrainingJobName": NAME,
    "RoleArn": ROLE,
    "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
    "HyperParameters": {"k": "1"},
    "InputDataConfig": [
        {
            "ChannelName": "train",
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/train.csv"}},
        }
    ],
    "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/out"},
    "ResourceConfig": RESOURCES,
    "StoppingCondition": {"MaxRuntimeInSeconds": 600},
}
container = {"Image": IMAGE, "ModelDataUrl": f"s3://{BUCKET}/out/{NAME}/output/model.tar.gz"}
variant = {"VariantName": "all", "ModelName": NAME, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}

with DAG("endpoint", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)) as dag:
    chain(
        S3CreateBucketOperator(task_id="create_bucket", bucket_name=BUCKET),
        S3CreateObjectOperator(task_id="upload", s3_bucket=BUCKET, s3_key="train.csv", data=ROWS),
        SageMakerTrainingOperator(task_id="train", config=training),
        SageMakerModelOperator(
            task_id="create_model",
            config={"ModelName": NAME, "ExecutionRoleArn": ROLE, "PrimaryContainer": container},
        ),
        SageMakerEndpointConfigOperator(
            task_id="configure", config={"EndpointConfigName": NAME, "ProductionVariants": [variant]}
        ),
        SageMakerEndpointOperator(
            task_id="deploy", config={"EndpointName": NAME, "EndpointConfigName": NAME}, wait_for_completion=False
        ),
        SageMakerEndpointSensor(task_id="await_endpoint", endpoint_name=NAME),
        ask(),
        delete_endpoint(),
        SageMakerDeleteModelOperator(task_id="delete_model", config={"ModelName": NAME}),
        S3DeleteBucketOperator(task_id="delete_bucket", bucket_name=BUCKET, force_delete=True),
        delete_logs(),
    )
