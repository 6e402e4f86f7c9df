"""inference.py answers as the README promises."""

# mypy: disable-error-code="import-not-found,import-untyped"
import json

import inference
import numpy as np
import pytest

ROW = ",".join(["1.0"] * 30)


def test_csv_and_json_mean_the_same_rows() -> None:
    csv_rows = inference.input_fn("1,2\n3,4\n", "text/csv")
    json_rows = inference.input_fn('{"instances": [[1, 2], [3, 4]]}', "application/json")
    assert csv_rows.tolist() == json_rows.tolist() == [[1, 2], [3, 4]]


def test_one_row_is_still_rows() -> None:
    assert inference.input_fn("1,2", "text/csv").shape == (1, 2)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("1,two", "text/csv"),
        ("1,nan", "text/csv"),
        ("", "text/csv"),
        ("[[1], [2, 3]]", "application/json"),
        ('{"rows": [[1]]}', "application/json"),
    ],
)
@pytest.mark.filterwarnings("ignore:loadtxt")
def test_rows_that_are_not_numbers_are_the_callers_mistake(body: str, content_type: str) -> None:
    with pytest.raises(inference.BadRequest):
        inference.input_fn(body, content_type)


def test_an_unknown_content_type_is_named() -> None:
    with pytest.raises(inference.UnsupportedType, match="text/plain cannot be read"):
        inference.input_fn("1", "text/plain")


def test_a_row_gets_the_probability_of_a_malignant_tumour(model_dir: str) -> None:
    model = inference.model_fn(model_dir)
    probabilities = inference.predict_fn(inference.input_fn(f"{ROW}\n{ROW}", "text/csv"), model)
    assert probabilities.shape == (2,)
    assert ((probabilities >= 0) & (probabilities <= 1)).all()


def test_a_row_of_another_length_is_the_callers_mistake(model_dir: str) -> None:
    with pytest.raises(inference.BadRequest, match="a row has 2 numbers; the model wants 30"):
        inference.predict_fn(np.array([[1.0, 2.0]]), inference.model_fn(model_dir))


def test_the_answer_is_json_by_default() -> None:
    body, content_type = inference.output_fn(np.array([0.98, 0.2]), "*/*")
    assert content_type == "application/json"
    assert json.loads(body)["predictions"] == [
        {"malignant": 1, "probability": 0.98},
        {"malignant": 0, "probability": 0.2},
    ]


def test_the_answer_is_csv_for_those_who_ask() -> None:
    assert inference.output_fn(np.array([0.98]), "text/csv") == ("1,0.98\n", "text/csv")


def test_a_type_that_cannot_be_written_is_named() -> None:
    with pytest.raises(inference.NotAcceptable, match="image/png cannot be written"):
        inference.output_fn(np.array([0.98]), "image/png")
