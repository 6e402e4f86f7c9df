"""A serving container answers /ping and /invocations as SageMaker asks."""

import json
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.container.box import Box
from tests.container.endpoint import Endpoint, start, wait_until_there

pytestmark = [pytest.mark.server, pytest.mark.environment]

ATTRIBUTES = {
    "MODELWAY_MODEL": "demo/breast-cancer",
    "MODELWAY_VERSION": "1.4.0+r2",
    "MODELWAY_TRAINING_DATA": "s3://bucket/a;é/" + "x" * 2000,
}
MISBEHAVING = """
class Busy(Exception):
    status_code = 429

def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    if body == "unreadable":
        raise ValueError("it is unreadable")
    return body

def predict_fn(data, model):
    if data == "busy":
        raise Busy("later")
    if data == "leaving":
        raise SystemExit("bye")
    if data == "broken":
        raise ValueError("the weights are gone")
    return {"type": type(data).__name__}

def output_fn(prediction, accept):
    return prediction if accept == "application/json" else (b"\\x01", accept)
"""


@pytest.fixture(scope="module")
def module_box(tmp_path_factory: pytest.TempPathFactory, image_python: str) -> Box:
    return Box(tmp_path_factory.mktemp("echo"), image_python)


@pytest.fixture(scope="module")
def echo(module_box: Box) -> Iterator[Endpoint]:
    """An endpoint whose model gives back what it is asked."""
    endpoint = start(module_box, **ATTRIBUTES)
    endpoint.wait_for(200)
    yield endpoint
    endpoint.process.terminate()
    endpoint.process.communicate(timeout=30)


@pytest.fixture(scope="module")
def misbehaving(tmp_path_factory: pytest.TempPathFactory, image_python: str) -> Iterator[Endpoint]:
    """An endpoint whose model fails on some words."""
    endpoint = start(Box(tmp_path_factory.mktemp("bad"), image_python), MISBEHAVING)
    endpoint.wait_for(200)
    yield endpoint
    endpoint.process.terminate()
    endpoint.process.communicate(timeout=30)


def test_a_ping_is_two_hundred_and_empty(echo: Endpoint) -> None:
    answer = echo.ping()
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_ping_is_not_answered_with_200_before_the_model_is_loaded(
    image_box: Box, nobody_left: list["subprocess.Popen[str]"]
) -> None:
    hold = image_box.ml / "model" / "hold-load"
    hold.parent.mkdir(parents=True)
    hold.touch()
    endpoint = start(image_box)
    nobody_left.append(endpoint.process)
    endpoint.wait_for(503)
    assert endpoint.invoke("[1]").status_code == 503
    hold.unlink()
    assert endpoint.wait_for(200).content == b""


def test_a_ping_is_answered_in_time_while_a_prediction_takes_its_time(echo: Endpoint) -> None:
    hold = echo.model / "hold-predict"
    hold.touch()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(echo.invoke, "[[1, 2]]")
        wait_until_there(echo.model / "predicting")
        assert echo.ping().status_code == 200
        assert not slow.done()
        hold.unlink()
        assert slow.result().json() == [[1, 2]]


@pytest.mark.parametrize(
    ("body", "content_type", "accept", "expected"),
    [
        ("1,2\n3,4\n", "text/csv", "application/json", "[[1.0, 2.0], [3.0, 4.0]]"),
        ("1,2", "text/csv; charset=utf-8", "application/json", "[[1.0, 2.0]]"),
        ("[[1.5, 2.5]]", "application/json", "text/csv", "1.5,2.5\n"),
        ("[1, 2]", "application/json", "image/png, text/csv;q=0.5", "1\n2\n"),
        ('["a"]', "APPLICATION/JSON", "*/*", '["a"]'),
    ],
)
def test_models_without_functions_of_their_own_read_and_write_the_usual_types(
    echo: Endpoint, body: str, content_type: str, accept: str, expected: str
) -> None:
    answer = echo.invoke(body, content_type, accept=accept)
    assert answer.status_code == 200, answer.text
    assert answer.text == expected


def test_numpys_own_format_goes_both_ways(echo: Endpoint) -> None:
    packed = echo.invoke("[[1.5, 2.5]]", accept="application/x-npy")
    assert packed.headers["content-type"] == "application/x-npy"
    assert echo.invoke(packed.content, "application/x-npy").json() == [[1.5, 2.5]]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "words"),
    [
        ("1,two", "text/csv", 400, "could not convert string 'two'"),
        ("1,2\n3", "text/csv", 400, "columns changed"),
        ("", "text/csv", 400, "it is empty"),
        ("[1", "application/json", 400, "the body is not application/json"),
        ('{"a": 1}', "application/json", 400, "not an array"),
        (b"\xff\xfe", "text/csv", 400, "not UTF-8"),
        (b"junk", "application/x-npy", 400, "the body is not application/x-npy"),
        ("1", "text/plain", 415, "'text/plain' cannot be read; send text/csv"),
        ("1", None, 415, "'application/octet-stream' cannot be read"),
    ],
)
def test_a_body_that_cannot_be_read_is_the_callers_mistake(
    echo: Endpoint, body: str | bytes, content_type: str | None, status: int, words: str
) -> None:
    answer = echo.invoke(body, content_type)
    assert answer.status_code == status
    assert words in answer.text


def test_a_type_that_cannot_be_written_is_not_acceptable(echo: Endpoint) -> None:
    answer = echo.invoke("[1]", accept="image/png")
    assert answer.status_code == 406
    assert "'image/png' cannot be written; ask for application/json" in answer.text


def test_every_answer_says_which_model_gave_it(echo: Endpoint) -> None:
    for answer in (echo.invoke("[1]"), echo.invoke("1", "text/plain")):
        attributes = answer.headers["X-Amzn-SageMaker-Custom-Attributes"]
        assert attributes.startswith("model=demo/breast-cancer;version=1.4.0+r2;training-data=s3://bucket/a%3B%C3%A9/x")
        assert len(attributes) == 1024


def test_a_model_without_a_version_promises_none(misbehaving: Endpoint) -> None:
    assert "X-Amzn-SageMaker-Custom-Attributes" not in misbehaving.invoke("fine").headers


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("unreadable", 400, "input_fn failed: ValueError: it is unreadable"),
        ("broken", 500, "predict_fn failed: ValueError: the weights are gone"),
        ("leaving", 500, "predict_fn failed: SystemExit: bye"),
        ("busy", 429, "predict_fn failed: Busy: later"),
    ],
)
def test_a_failing_function_is_named_with_what_it_said(
    misbehaving: Endpoint, body: str, status: int, words: str
) -> None:
    answer = misbehaving.invoke(body)
    assert (answer.status_code, answer.text) == (status, words)


def test_text_types_arrive_as_text_and_others_as_bytes(misbehaving: Endpoint) -> None:
    assert misbehaving.invoke("x", "text/csv").json() == {"type": "str"}
    assert misbehaving.invoke("x", "image/png").json() == {"type": "bytes"}


def test_an_output_fn_may_write_any_type(misbehaving: Endpoint) -> None:
    answer = misbehaving.invoke("x", accept="image/png")
    assert (answer.content, answer.headers["content-type"]) == (b"\x01", "image/png")


def test_a_stop_waits_for_the_answer_under_way(image_box: Box, nobody_left: list["subprocess.Popen[str]"]) -> None:
    endpoint = start(image_box)
    nobody_left.append(endpoint.process)
    endpoint.wait_for(200)
    hold = endpoint.model / "hold-predict"
    hold.touch()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(endpoint.invoke, "[1]")
        wait_until_there(endpoint.model / "predicting")
        endpoint.process.send_signal(signal.SIGTERM)
        hold.unlink()
        assert slow.result().json() == [1]
    assert endpoint.process.wait(timeout=30) == 0


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("raise RuntimeError('no licence')", "inference.py cannot be imported: RuntimeError: no licence"),
        ("def predict_fn(data, model): ...", "has no model_fn"),
        ("def model_fn(model_dir): open(model_dir + '/weights')", "model_fn failed on"),
    ],
)
def test_a_model_that_cannot_be_loaded_ends_the_container_with_the_reason(
    image_box: Box, program: str, words: str
) -> None:
    endpoint = start(image_box, program)
    output, _ = endpoint.process.communicate(timeout=60)
    assert endpoint.process.returncode == 1
    assert words in output


def test_a_port_that_is_none_is_refused(image_box: Box) -> None:
    ended = image_box.run("serve", SAGEMAKER_BIND_TO_PORT="http")
    assert ended.returncode == 1
    assert "SAGEMAKER_BIND_TO_PORT is 'http'; use a port such as 8080" in ended.stderr


def test_the_example_of_the_template_is_answered(image_box: Box, image_python: str) -> None:
    template = Path(__file__).parents[2] / "model_template"
    for name in ("data.py", "train.py"):
        image_box.write(name, (template / name).read_text())
    subprocess.run([image_python, "data.py"], cwd=image_box.program, check=True, capture_output=True)
    image_box.configure(inputdataconfig={"train": {}})
    (image_box.ml / "input" / "data").mkdir(parents=True)
    (image_box.program / "data" / "train").rename(image_box.ml / "input" / "data" / "train")
    assert image_box.run("train").returncode == 0
    endpoint = start(image_box, (template / "inference.py").read_text())
    try:
        endpoint.wait_for(200)
        row = (image_box.program / "data" / "test" / "test.csv").read_text().splitlines()[1].rsplit(",", 1)[0]
        answer = json.loads(endpoint.invoke(row, "text/csv").text)["predictions"][0]
        assert answer["malignant"] in (0, 1)
        assert 0 < answer["probability"] < 1
        assert endpoint.invoke("1,2", "text/csv").status_code == 400
        assert endpoint.invoke("1", "text/plain").status_code == 415
    finally:
        endpoint.process.terminate()
        endpoint.process.communicate(timeout=30)
