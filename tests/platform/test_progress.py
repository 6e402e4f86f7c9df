"""What a push says when it comes no further."""

import signal

import pytest

from local.errors import AwsRefused, StepFailed
from local.interrupt import Interrupted
from local.view.dagrun import Run
from local.view.progress import Progress, standing

IMAGE = Progress("image", "1.0.2")
RUN = Run("train", "t-1", "http://airflow/dags/train/runs/t-1")


def test_before_there_is_a_version_nothing_stands() -> None:
    assert Progress("check").failed() == "the push stopped at check; nothing was deployed; push again"


def test_a_version_once_taken_belongs_to_its_sources() -> None:
    words = "the push of 1.0.2 stopped at image; nothing was deployed; push again (unchanged, it stays 1.0.2)"
    assert Progress("image", "1.0.2").failed() == words
    assert Progress("image", "1.0.2").interrupted() == words


def test_a_failed_run_is_where_to_look() -> None:
    words = Progress("train", "1.0.9", RUN).failed()
    assert words.endswith(f"look at {RUN.url}; push again (unchanged, it stays 1.0.9)")


def test_an_interrupted_command_leaves_its_run_going() -> None:
    words = Progress("train", "1.0.2", RUN).interrupted()
    assert f"goes on in Airflow: {RUN.url}" in words
    assert "`python -m local approve 1.0.2`" in words


def test_a_failing_step_s_code_and_words_reach_the_push_s_own_sentence() -> None:
    failed = StepFailed("python -m ci image failed with 3", exit_code=3)
    failed.add_note("no such package")
    with pytest.raises(StepFailed, match="stopped at image") as told, standing(IMAGE):
        raise failed
    assert (told.value.exit_code, told.value.__notes__) == (3, ["no such package"])


@pytest.mark.parametrize("error", [AwsRefused("AccessDenied"), Interrupted(signal.SIGINT)])
def test_what_is_no_step_s_failure_stays_and_is_followed_by_what_stands(error: BaseException) -> None:
    with pytest.raises(type(error)) as told, standing(IMAGE):
        raise error
    assert told.value is error
    assert error.__notes__ == [f"modelway: {IMAGE.failed()}"]
