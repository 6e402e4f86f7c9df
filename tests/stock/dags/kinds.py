"""Processing, tuning and transform by the provider's own operators, waited for in each of their ways."""

from datetime import UTC, datetime
from typing import Any

import boto3
from airflow.providers.amazon.aws.operators.s3 import S3CreateBucketOperator, S3CreateObjectOperator
from airflow.providers.amazon.aws.operators.sagemaker import (
    SageMakerModelOperator,
    SageMakerProcessingOperator,
    SageMakerTransformOperator,
    SageMakerTuningOperator,
)
from airflow.providers.amazon.aws.sensors.sagemaker import SageMakerTransformSensor, SageMakerTuningSensor
from airflow.sdk import DAG, chain, task

from tests.local.sagemaker_world import RESOURCES, ROLE

NAME = "stock"
BUCKET = "stock-kinds"
IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/knn:1"
ROWS = "class,x,y\n" + "".join(f"{number % 2},{number % 2 * 10 + number},{number}\n" for number in range(20))
FOLDER = "/opt/ml/processing"


def place(key: str) -> dict[str, Any]:
    """A data source of a prefix."""
    return {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/{key}"}}


processing = {
    "ProcessingJobName": NAME,
    "RoleArn": ROLE,
    "AppSpecification": {"ImageUri": IMAGE, "ContainerArguments": ["split"]},
    "ProcessingInputs": [
        {
            "InputName": "input",
            "S3Input": {
                "S3Uri": f"s3://{BUCKET}/input.csv",
                "LocalPath": f"{FOLDER}/input",
                "S3DataType": "S3Prefix",
                "S3InputMode": "File",
            },
        }
    ],
    "ProcessingOutputConfig": {
        "Outputs": [
            {
                "OutputName": "output",
                "S3Output": {
                    "S3Uri": f"s3://{BUCKET}/split",
                    "LocalPath": f"{FOLDER}/output",
                    "S3UploadMode": "EndOfJob",
                },
            }
        ]
    },
    "ProcessingResources": {"ClusterConfig": RESOURCES},
}
tuning = {
    "HyperParameterTuningJobName": NAME,
    "HyperParameterTuningJobConfig": {
        "Strategy": "Bayesian",
        "RandomSeed": 3,
        "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "test:accuracy"},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 2},
        "ParameterRanges": {"IntegerParameterRanges": [{"Name": "k", "MinValue": "1", "MaxValue": "9"}]},
    },
    "TrainingJobDefinition": {
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "test:accuracy", "Regex": r"test accuracy <score>=(\S+)"}],
        },
        "RoleArn": ROLE,
        "InputDataConfig": [{"ChannelName": "train", "DataSource": place("split/train.csv")}],
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/out"},
        "ResourceConfig": RESOURCES,
        "StoppingCondition": {"MaxRuntimeInSeconds": 600},
    },
}
model = {
    "ModelName": NAME,
    "ExecutionRoleArn": ROLE,
    "PrimaryContainer": {
        "Image": IMAGE,
        "ModelDataUrl": f"s3://{BUCKET}/out/{{{{ ti.xcom_pull('best') }}}}/output/model.tar.gz",
    },
}


def transform(name: str) -> dict[str, Any]:
    """A transform job of the rows that were split off."""
    return {
        "TransformJobName": name,
        "ModelName": NAME,
        "TransformInput": {"DataSource": place("split/test.csv"), "SplitType": "Line", "ContentType": "text/csv"},
        "TransformOutput": {"S3OutputPath": f"s3://{BUCKET}/{name}"},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    }


@task
def best() -> str:
    """The best training job of the tuning."""
    job = boto3.client("sagemaker").describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=NAME)
    return str(job["BestTrainingJob"]["TrainingJobName"])


@task
def outputs() -> list[str]:
    """What the two transform jobs have left."""
    rows = boto3.client("s3").list_objects_v2(Bucket=BUCKET, Prefix="batch-")["Contents"]
    return [row["Key"] for row in rows]


with DAG("kinds", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)) as dag:
    chain(
        S3CreateBucketOperator(task_id="create_bucket", bucket_name=BUCKET),
        S3CreateObjectOperator(task_id="upload", s3_bucket=BUCKET, s3_key="input.csv", data=ROWS),
        SageMakerProcessingOperator(task_id="process", config=processing, deferrable=True, max_attempts=600),
        SageMakerTuningOperator(task_id="tune", config=tuning, wait_for_completion=False),
        SageMakerTuningSensor(task_id="await_tuning", job_name=NAME),
        best(),
        SageMakerModelOperator(task_id="create_model", config=model),
        SageMakerTransformOperator(task_id="transform", config=transform("batch-deferred"), deferrable=True),
        SageMakerTransformOperator(task_id="begin", config=transform("batch-sensed"), wait_for_completion=False),
        SageMakerTransformSensor(task_id="await_transform", job_name="batch-sensed"),
        outputs(),
    )
