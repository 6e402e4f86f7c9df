"""A walk is divided by what happened in it."""

import json
from pathlib import Path

from bench.road.airflow import Task
from bench.road.calls import Call, read_calls
from bench.road.program import Span
from bench.road.stages import PUSH, landmark_stages, task_stages

CALLS = [
    Call(13.0, "s3", "PutObject", "arn:aws:s3:::bucket/models/demo/churn/releases/1.0.1/reservation.json"),
    Call(13.5, "s3", "PutObject", "arn:aws:s3:::bucket/models/demo/churn/releases/1.0.1/model.toml"),
    Call(15.0, "ecr", "PutImage"),
    Call(15.5, "s3", "PutObject", "arn:aws:s3:::bucket/models/demo/churn/releases/1.0.1/release.json"),
]


def test_a_stage_lasts_from_the_landmark_before_to_its_own() -> None:
    stages = landmark_stages(CALLS, PUSH, within=Span(10, 17))
    assert stages == {"check_and_version": 3, "image": 2, "publish": 0.5, "trigger": 1.5}


def test_a_stage_without_its_landmark_counts_for_the_next_and_nothing_is_lost() -> None:
    stages = landmark_stages(CALLS[1:], PUSH, within=Span(10, 17))
    assert stages == {"image": 5, "publish": 0.5, "trigger": 1.5}


def test_a_task_counts_from_the_end_of_the_last_one_before_it() -> None:
    tasks = [Task("read", 0.1, 0.2, 1.0), Task("train", 1.1, 1.2, 3.0), Task("judge", 3.1, 3.2, 4.0)]
    after = {"read": [], "train": ["read"], "judge": ["read", "train"]}
    assert task_stages(tasks, after, begin=0.0) == {"read": 1.0, "train": 2.0, "judge": 1.0}


def test_a_task_that_was_queued_again_after_its_begin_has_deferred() -> None:
    (name, _), (deferred, seconds) = task_stages(
        [Task("train", 5.0, 1.0, 6.0)], {"train": ["skipped"]}, begin=0
    ).items()
    assert (name, deferred, seconds) == ("train", "train.deferred", 4.0)


def test_only_calls_of_the_time_count(tmp_path: Path) -> None:
    times = ("2026-11-21T10:00:00.000+00:00", "2026-11-21T10:00:05.500+00:00", "2026-11-21T10:00:09.000+00:00")
    call = {"role": "r", "service": "ecr", "operation": "PutImage", "resource": "demo/churn"}
    lines = [json.dumps({"time": time, **call}) for time in times]
    (tmp_path / "calls.jsonl").write_text("\n".join(lines) + "\n")
    ten = 1795255200
    (found,) = read_calls(tmp_path / "calls.jsonl", within=Span(ten + 1, ten + 8))
    assert found == Call(ten + 5.5, "ecr", "PutImage", "demo/churn")
