"""Hyperparameters reach the script as sagemaker-training-toolkit would pass them."""

from typing import Any

import pytest

from modelway_runtime.training.hyperparameters import decoded, flags, framework_parameters, users_own


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"c": 1.0}, ["-c", "1.0"]),
        ({"max-iter": 100, "max_depth": 3}, ["--max-iter", "100", "--max_depth", "3"]),
        ({"b": 1, "a": 2, "Z": 3}, ["-Z", "3", "-a", "2", "-b", "1"]),
        ({"on": True, "off": False}, ["--off", "False", "--on", "True"]),
        ({"nested": ["1", ["2"]]}, ["--nested", "['1', ['2']]"]),
        ({"map": {"train": "foo", "eval": "bar"}}, ["--map", "eval=bar,train=foo"]),
        ({"unicode": "¡ø", "none": None}, ["--none", "", "--unicode", "¡ø"]),
        ({"": "42"}, ["", "42"]),
    ],
)
def test_flags_are_sorted_and_a_single_letter_has_a_single_dash(values: dict[str, Any], expected: list[str]) -> None:
    assert flags(values) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.0", 1.0), ("true", True), ('"sgd"', "sgd"), ("sgd", "sgd"), ("[1, 2]", [1, 2]), (3, 3), ("", "")],
)
def test_a_text_that_is_json_is_read_as_such(text: object, value: object) -> None:
    assert decoded({"name": text}) == {"name": value}


def test_sagemakers_own_hyperparameters_are_not_the_scripts() -> None:
    values = {"sagemaker_program": "main.py", "_tuning_objective_metric": "loss", "sagemaker_mpi_enabled": True, "c": 1}
    assert users_own(values) == {"c": 1}
    assert framework_parameters(values) == {"sagemaker_mpi_enabled": True}
