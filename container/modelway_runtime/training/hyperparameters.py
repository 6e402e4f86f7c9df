"""Hyperparameters: read from SageMaker's all-text JSON, and written as the flags that script mode uses."""

import json
from collections.abc import Mapping
from typing import Any

# The names that the SageMaker SDK sends beside the user's own (sagemaker-training-toolkit, params.py).
PLATFORM_NAMES = frozenset(
    {
        "sagemaker_program",
        "sagemaker_submit_directory",
        "sagemaker_enable_cloudwatch_metrics",
        "sagemaker_region",
        "sagemaker_container_log_level",
        "sagemaker_job_name",
        "default_user_module_name",
        "_tuning_objective_metric",
        "sagemaker_s3_output",
    }
)
PLATFORM_PREFIX = "sagemaker_"


def decoded(texts: Mapping[str, Any]) -> dict[str, Any]:
    """The values behind the texts: JSON where a text is JSON, else the text itself."""
    return {name: _decoded(text) for name, text in texts.items()}


def _decoded(text: object) -> object:
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def users_own(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the model's script gets: everything but SageMaker's own."""
    return {name: value for name, value in values.items() if not _is_platform(name)}


def framework_parameters(values: Mapping[str, Any]) -> dict[str, Any]:
    """SageMaker's own, without the ones that have a meaning of their own here."""
    return {name: value for name, value in values.items() if _is_platform(name) and name not in PLATFORM_NAMES}


def _is_platform(name: str) -> bool:
    return name in PLATFORM_NAMES or name.startswith(PLATFORM_PREFIX)


def flags(values: Mapping[str, Any]) -> list[str]:
    """The command line in the order of the names: `--max-iter 100`, and `-c 1.0` for a name of one letter."""
    return [word for name in sorted(values) for word in (_flag(name), _argument(values[name]))]


def _flag(name: str) -> str:
    if not name:
        return ""
    return f"--{name}" if len(name) > 1 else f"-{name}"


def _argument(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ",".join(f"{key}={value[key]}" for key in sorted(value))
    return str(value)
