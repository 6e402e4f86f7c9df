"""After the roll-out the endpoint has to answer for real rows, and as the version that was deployed."""

from typing import Any

import pytest

from modelway import serving
from modelway.aws import endpoints
from modelway.errors import RunFailed
from tests.local.sagemaker_world import World

TEXT = "a,label,b\n1,0,2\n3,1,4\n5,0,6\n7,1"


def test_rows_are_asked_without_header_target_and_cut_off_line() -> None:
    assert serving.sample_rows(TEXT, target="label", count=2) == "1,2\n3,4\n"
    assert serving.sample_rows(TEXT, target="label", count=9) == "1,2\n3,4\n5,6\n"


def test_a_file_without_the_target_is_told_with_its_first_line() -> None:
    with pytest.raises(RunFailed, match="no column 'truth'; its first line is 'a,label,b'"):
        serving.sample_rows(TEXT, target="truth", count=2)


def test_another_versions_answer_is_a_failure_and_silence_is_not() -> None:
    serving.confirm_version("model=demo/churn;version=1.0.1", version="1.0.1")
    serving.confirm_version("", version="1.0.1")
    with pytest.raises(RunFailed, match=r"answers as version 1\.0\.0, not 1\.0\.1"):
        serving.confirm_version("version=1.0.0", version="1.0.1")


@pytest.mark.server
def test_a_model_that_cannot_answer_is_told_in_its_own_words(world: World) -> None:
    world.serve("speechless")
    with pytest.raises(RunFailed, match="told to"):
        endpoints.ask(world.runtime, "speechless", body=b"status 500", content_type="text/csv")


@pytest.mark.server
def test_an_answer_is_handed_on(world: World) -> None:
    world.serve("talkative")
    answer: Any = endpoints.ask(world.runtime, "talkative", body=b"1,2\n", content_type="text/csv")
    assert answer["CustomAttributes"] == "version=talkative"
