"""The SM_* variables are those that sagemaker-training-toolkit derives."""

import json
from pathlib import Path
from typing import Any

import pytest

from modelway_runtime.folders import Folders
from modelway_runtime.training.cluster import Cluster
from modelway_runtime.training.environment import sm_variables
from modelway_runtime.training.hardware import Hardware
from modelway_runtime.training.request import Request

GROUPS = [
    {"instance_group_name": "train1", "instance_type": "ml.p3.16xlarge", "hosts": ["algo-1", "algo-2"]},
    {"instance_group_name": "train2", "instance_type": "ml.p3.8xlarge", "hosts": ["algo-3"]},
]
RESOURCES = {
    "current_host": "algo-1",
    "current_instance_type": "ml.p3.16xlarge",
    "current_group_name": "train1",
    "hosts": ["algo-1", "algo-2", "algo-3"],
    "instance_groups": GROUPS,
    "network_interface_name": "ethwe",
}
CHANNELS = {"validation": {"TrainingInputMode": "File"}, "train": {"TrainingInputMode": "File"}}
HYPERPARAMETERS = {
    "batch_size": 32,
    "c": 0.001,
    "names": ["a", "b"],
    "loss": "SGD",
    "on": True,
    "sagemaker_program": "main.py",
    "sagemaker_container_log_level": 30,
    "sagemaker_parameter_server_num": 2,
}


def variables(
    resources: dict[str, Any] = RESOURCES, hyperparameters: dict[str, Any] = HYPERPARAMETERS, **environ: str
) -> dict[str, str]:
    return sm_variables(
        Request(hyperparameters, CHANNELS, Cluster(resources)),
        folders=Folders(Path("/opt/ml")),
        hardware=Hardware(cpus=8, gpus=4, neurons=2),
        program=Path("/opt/program"),
        environ=environ,
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SM_MODEL_DIR", "/opt/ml/model"),
        ("SM_INPUT_DIR", "/opt/ml/input"),
        ("SM_INPUT_CONFIG_DIR", "/opt/ml/input/config"),
        ("SM_OUTPUT_DIR", "/opt/ml/output"),
        ("SM_OUTPUT_DATA_DIR", "/opt/ml/output/data"),
        ("SM_OUTPUT_INTERMEDIATE_DIR", "/opt/ml/output/intermediate"),
        ("SM_MODULE_DIR", "/opt/program"),
        ("SM_CHANNELS", '["train","validation"]'),
        ("SM_CHANNEL_TRAIN", "/opt/ml/input/data/train"),
        ("SM_CHANNEL_VALIDATION", "/opt/ml/input/data/validation"),
        ("SM_HPS", '{"batch_size":32,"c":0.001,"loss":"SGD","names":["a","b"],"on":true}'),
        ("SM_HP_BATCH_SIZE", "32"),
        ("SM_HP_C", "0.001"),
        ("SM_HP_NAMES", '["a","b"]'),
        ("SM_HP_LOSS", "SGD"),
        ("SM_HP_ON", "true"),
        ("SM_USER_ARGS", '["--batch_size","32","-c","0.001","--loss","SGD","--names","[\'a\', \'b\']","--on","True"]'),
        ("SM_FRAMEWORK_PARAMS", '{"sagemaker_parameter_server_num":2}'),
        ("SM_FRAMEWORK_MODULE", ""),
        ("SM_HOSTS", '["algo-1","algo-2","algo-3"]'),
        ("SM_CURRENT_HOST", "algo-1"),
        ("SM_CURRENT_INSTANCE_TYPE", "ml.p3.16xlarge"),
        ("SM_CURRENT_INSTANCE_GROUP", "train1"),
        ("SM_CURRENT_INSTANCE_GROUP_HOSTS", '["algo-1","algo-2"]'),
        ("SM_INSTANCE_GROUPS", '["train1","train2"]'),
        ("SM_DISTRIBUTION_INSTANCE_GROUPS", "[]"),
        ("SM_IS_HETERO", "true"),
        ("SM_NETWORK_INTERFACE_NAME", "ethwe"),
        ("SM_NUM_CPUS", "8"),
        ("SM_NUM_GPUS", "4"),
        ("SM_NUM_NEURONS", "2"),
        ("SM_LOG_LEVEL", "30"),
        ("SM_USER_ENTRY_POINT", "main.py"),
        ("SM_MODULE_NAME", "main"),
    ],
)
def test_a_variable_has_the_toolkits_value(name: str, expected: str) -> None:
    assert variables()[name] == expected


def test_files_are_passed_on_whole() -> None:
    found = variables()
    assert json.loads(found["SM_RESOURCE_CONFIG"]) == RESOURCES
    assert json.loads(found["SM_INPUT_DATA_CONFIG"]) == CHANNELS
    assert json.loads(found["SM_INSTANCE_GROUPS_DICT"]) == {group["instance_group_name"]: group for group in GROUPS}


def test_the_training_environment_holds_the_facts_in_one() -> None:
    facts = json.loads(variables(TRAINING_JOB_NAME="job-42")["SM_TRAINING_ENV"])
    assert facts["channel_input_dirs"]["train"] == "/opt/ml/input/data/train"
    assert facts["job_name"] == "job-42"
    assert facts["master_hostname"] == "algo-1"
    assert facts["is_master"] is True
    assert facts["module_name"] == "main"


def test_one_machine_without_groups_is_homogeneous() -> None:
    found = variables({"current_host": "algo-1", "hosts": ["algo-1"]}, {})
    assert found["SM_IS_HETERO"] == "false"
    assert found["SM_CURRENT_INSTANCE_GROUP"] == "homogeneousCluster"
    assert found["SM_INSTANCE_GROUPS"] == "[]"
    assert found["SM_CURRENT_INSTANCE_TYPE"] == "local"
    assert found["SM_NETWORK_INTERFACE_NAME"] == "eth0"
    assert found["SM_LOG_LEVEL"] == "20"
    assert found["SM_MODULE_NAME"] == "train"
    assert json.loads(found["SM_TRAINING_ENV"])["distribution_hosts"] == ["algo-1"]


def test_training_together_makes_the_current_group_the_distributed_one() -> None:
    resources = RESOURCES | {"current_host": "algo-3", "current_group_name": "train2"}
    found = variables(resources, {"sagemaker_torch_distributed_enabled": True})
    facts = json.loads(found["SM_TRAINING_ENV"])
    assert found["SM_DISTRIBUTION_INSTANCE_GROUPS"] == '["train2"]'
    assert facts["distribution_hosts"] == ["algo-3"]
    assert facts["is_master"] is True


def test_named_groups_train_together() -> None:
    found = variables(RESOURCES, {"sagemaker_distribution_instance_groups": ["train2"]})
    assert json.loads(found["SM_TRAINING_ENV"])["master_hostname"] == "algo-3"


def test_sagemakers_program_setting_names_the_script() -> None:
    assert variables(SAGEMAKER_PROGRAM="fit.py")["SM_USER_ENTRY_POINT"] == "fit.py"


def test_the_folder_for_checkpoints_is_named_where_the_model_has_one() -> None:
    assert variables(MODELWAY_CHECKPOINT="/opt/ml/checkpoints/a")["SM_CHECKPOINT_DIR"] == "/opt/ml/checkpoints/a"
    assert "SM_CHECKPOINT_DIR" not in variables()


def test_the_folder_for_checkpoints_moves_with_all_others() -> None:
    moved = sm_variables(
        Request(HYPERPARAMETERS, CHANNELS, Cluster(RESOURCES)),
        folders=Folders(Path("/job/opt/ml")),
        hardware=Hardware(cpus=8, gpus=4, neurons=2),
        program=Path("/opt/program"),
        environ={"MODELWAY_CHECKPOINT": "/opt/ml/checkpoints"},
    )
    assert moved["SM_CHECKPOINT_DIR"] == "/job/opt/ml/checkpoints"
