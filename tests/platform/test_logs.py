"""`logs`: which there are, and what they say."""

from pathlib import Path

import pytest

from tests.platform.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "aws.log").write_text("".join(f"call {n}\n" for n in range(50)))
    (logs / "inbox.log").write_text("mail came\n")
    return Desk(tmp_path)


def test_without_a_name_the_logs_are_listed(desk: Desk) -> None:
    listed = desk.run("logs").stdout
    assert [line.split()[0] for line in listed.splitlines()[1:-1]] == [
        "aws",
        "inbox",
        "train",
        "evaluate",
        "champion",
        "endpoint",
    ]
    assert "call" not in listed


def test_a_log_s_end_is_shown_as_it_is(desk: Desk) -> None:
    assert desk.run("logs", "aws", "-n", "2").stdout == "call 48\ncall 49\n"


def test_a_wrong_name_is_answered_with_the_right_ones(desk: Desk) -> None:
    refused = desk.run("logs", "asw")
    assert refused.returncode == 2
    assert "there are: aws, inbox, train, evaluate, champion, endpoint" in refused.stderr


def test_a_job_s_log_needs_the_platform(desk: Desk) -> None:
    refused = desk.run("logs", "train")
    assert (refused.returncode, "`python -m local up " in refused.stderr) == (2, True)


def test_a_followed_log_goes_on(desk: Desk) -> None:
    following = desk.begin("logs", "-f", "inbox")
    assert following.stdout is not None
    assert following.stdout.readline() == "mail came\n"
    with (desk.home / "logs" / "inbox.log").open("a") as log:
        log.write("another\n")
    assert following.stdout.readline() == "another\n"
    following.send_signal(2)
    following.communicate(timeout=30)
    assert following.returncode == 130
