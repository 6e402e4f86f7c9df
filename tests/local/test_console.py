"""The pages of the local AWS: they show what AWS says, escaped, to this machine's browser alone."""

import http.client
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.local.sagemaker_world import BUCKET, QUICK, World

pytestmark = pytest.mark.server
HOME = "/-/eu-west-1/"
ATTACK = "<script>alert(1)</script>"
EVALUATION = {"binary_classification_metrics": {"f1": {"value": 0.963}}}


@pytest.fixture(scope="module")
def world(launch_aws: Callable[..., Any]) -> World:
    return World(launch_aws(env=QUICK))


@pytest.fixture(scope="module")
def job(world: World) -> str:
    """A job that was done before the test begins."""
    world.put("data/train/a.csv")
    lines = json.dumps(["epoch 1", ATTACK, "see s3://here/there.json"])
    world.train("done", inputs={"train": f"s3://{BUCKET}/data/train/"}, hyperparameters={"lines": lines})
    world.trained("done")
    return "done"


class Answer:
    """What a browser gets."""

    def __init__(self, world: World, path: str, *, method: str = "GET", host: str = "") -> None:
        connection = http.client.HTTPConnection("127.0.0.1", world.aws.port, timeout=60)
        connection.request(method, path, headers={"Host": host or f"127.0.0.1:{world.aws.port}"})
        response = connection.getresponse()
        self.status, self.headers, self.text = response.status, response.headers, response.read().decode()
        connection.close()


def test_the_log_of_a_job_is_shown_line_by_line(world: World, job: str) -> None:
    page = Answer(world, f"{HOME}log/training-job/{job}")
    assert page.status == 200
    assert "epoch 1\n" in page.text
    assert "Completed" in page.text


def test_what_a_job_writes_is_text_and_never_markup(world: World, job: str) -> None:
    for path in (f"log/training-job/{job}", f"training-job/{job}"):
        page = Answer(world, HOME + path)
        assert ATTACK not in page.text
        assert "script&gt;alert(1)" in page.text


def test_a_browser_is_told_to_run_nothing(world: World, job: str) -> None:
    headers = Answer(world, f"{HOME}log/training-job/{job}").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_an_address_in_s3_is_a_link(world: World, job: str) -> None:
    assert f'<a href="{HOME}s3/here/there.json">s3://here/there.json</a>' in (
        Answer(world, f"{HOME}log/training-job/{job}").text
    )


def test_a_finished_job_is_not_looked_at_again_and_a_running_one_is(world: World, job: str) -> None:
    world.train("running", inputs={"train": f"s3://{BUCKET}/data/train/"}, hyperparameters={"seconds": "600"})
    running = Answer(world, f"{HOME}log/training-job/running")
    world.sm.stop_training_job(TrainingJobName="running")
    assert "http-equiv" in running.text
    assert "http-equiv" not in Answer(world, f"{HOME}log/training-job/{job}").text


def test_a_json_document_is_indented(world: World) -> None:
    world.put("a b/evaluation.json", json.dumps(EVALUATION).encode())
    page = Answer(world, f"{HOME}s3/{BUCKET}/a%20b/evaluation.json")
    assert "\n    &quot;f1&quot;: {\n" in page.text


def test_a_folder_lists_objects_and_folders_as_links_that_open(world: World) -> None:
    world.put("folder/deep/x y&z.csv", b"a,b\n1,2\n")
    assert f'href="{HOME}s3/{BUCKET}/folder/deep/"' in Answer(world, f"{HOME}s3/{BUCKET}/folder/").text
    link = f"{HOME}s3/{BUCKET}/folder/deep/x%20y%26z.csv"
    assert f'href="{link}">x y&amp;z.csv<' in Answer(world, f"{HOME}s3/{BUCKET}/folder/deep/").text
    assert "a,b\n1,2\n" in Answer(world, link).text


def test_what_is_no_text_is_not_shown(world: World) -> None:
    world.put("model.tar.gz", b"\x1f\x8b\x00\xff")
    assert "Not a text" in Answer(world, f"{HOME}s3/{BUCKET}/model.tar.gz").text


def test_a_long_text_is_cut_between_two_characters(world: World) -> None:
    world.put("long.txt", "é".encode() * 200_000)
    page = Answer(world, f"{HOME}s3/{BUCKET}/long.txt")
    assert page.status == 200
    assert "bytes more)" in page.text


def test_the_first_page_leads_to_everything(world: World, job: str) -> None:
    page = Answer(world, HOME)
    assert f'href="{HOME}training-job/{job}"' in page.text
    assert f'href="{HOME}s3/{BUCKET}/"' in page.text


@pytest.mark.parametrize("path", ["training-job/none", "s3/none/x", f"s3/{BUCKET}/none", "endpoint/none", "odd/x"])
def test_what_is_not_there_is_said_in_words(world: World, path: str) -> None:
    page = Answer(world, HOME + path)
    assert page.status == 404
    assert "<h1>" in page.text


def test_the_pages_only_read(world: World) -> None:
    assert Answer(world, HOME, method="POST").status == 405


def test_a_foreign_name_for_this_machine_is_refused(world: World) -> None:
    """A web page may give its own host name the address 127.0.0.1, and would then read these pages as its own."""
    assert Answer(world, HOME, host="evil.example.com").status == 403
    assert Answer(world, HOME, host="localhost").status == 200
