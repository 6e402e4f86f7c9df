"""Requests for the jobs that have many members."""

from typing import Any

from tests.local.sagemaker_world import BUCKET, RESOURCES, ROLE


def transform_job(name: str, source: str, *, model: str = "steady", split: str = "None", **more: Any) -> dict[str, Any]:
    """A request for a transform job."""
    output = {"S3OutputPath": f"s3://{BUCKET}/batch/{name}", **more.pop("output", {})}
    place = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": source}}
    return {
        "TransformJobName": name,
        "ModelName": model,
        "TransformInput": {"DataSource": place, "SplitType": split, "ContentType": "text/csv"},
        "TransformOutput": output,
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        **more,
    }


def tuning_job(name: str, image: str, *, fixed: dict[str, str] | None = None, **config: Any) -> dict[str, Any]:
    """A request for a tuning job that tries `x`, whose score is `x`; `config` over its configuration."""
    algorithm = {
        "TrainingImage": image,
        "TrainingInputMode": "File",
        "MetricDefinitions": [{"Name": "score", "Regex": r"score=([0-9.]+)"}],
    }
    grid = {"CategoricalParameterRanges": [{"Name": "x", "Values": ["1", "3", "2"]}]}
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Grid",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "score"},
            "ResourceLimits": {"MaxParallelTrainingJobs": 3},
            "ParameterRanges": grid,
            **config,
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": fixed or {},
            "AlgorithmSpecification": algorithm,
            "RoleArn": ROLE,
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/out/"},
            "ResourceConfig": RESOURCES,
            "StoppingCondition": {"MaxRuntimeInSeconds": 600},
        },
    }
