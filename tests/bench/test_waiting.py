"""What the bench of waiting counts, and from when to when."""

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

from bench.road.calls import Call
from bench.road.program import Span
from bench.waiting.account import old_jobs
from bench.waiting.chart import chart
from bench.waiting.contender import CONTENDERS, EVENTS, OURS, STOCK
from bench.waiting.fired import fired
from bench.waiting.measure import report, stages
from bench.waiting.stage import Sample, Storm
from bench.waiting.woken import Database, Woken
from local.aws.sagemaker.listing import Listing
from local.aws.sagemaker.place import Place

SVG = "{http://www.w3.org/2000/svg}"
SAMPLE = Sample(
    calls_per_minute=7.5,
    wakeup_calls=11,
    wakeups=[0.2, 0.6],
    resumptions=[0.4, 0.9],
    failed=0,
    slots_held=0,
    cpu_percent=3,
    megabytes=180,
)


def test_a_call_is_counted_for_the_one_who_made_it() -> None:
    calls = {
        OURS: [Call(0, "sagemaker", "ListTrainingJobs"), Call(0, "sagemaker", "DescribeTrainingJob", "ours-10-0001")],
        STOCK: [Call(0, "sagemaker", "DescribeTrainingJob", "stock-10-0001")],
        EVENTS: [Call(0, "sqs", "ReceiveMessage"), Call(0, "sqs", "DeleteMessageBatch")],
        None: [Call(0, "sagemaker", "CreateTrainingJob", "ours-10-0001"), Call(0, "events", "PutEvents")],
    }
    for owner, made in calls.items():
        for call in made:
            assert [contender for contender in CONTENDERS if contender.made(call)] == ([owner] if owner else [])


def test_the_delay_counts_from_the_jobs_own_end_in_intervals() -> None:
    woken = {"a": Woken(115.0, has_failed=False), "b": Woken(131.0, has_failed=True)}
    storm = Storm(Span(95.0, 140.0), ended={"a": 100.0, "b": 130.0}, fired={"a": 105.0}, woken=woken)
    assert (storm.wakeup("a"), storm.resumption("a")) == (0.5, 1.5)
    assert storm.wakeup("b") == storm.resumption("b") == 0.1  # its trigger raised, and fired no event


def test_only_the_largest_number_is_measured_one_contender_at_a_time() -> None:
    planned = [([c.name for c in stage.contenders], stage.count, stage.at_once) for stage in stages(10)]
    everybody = [contender.name for contender in CONTENDERS]
    assert planned == [(everybody, 1, False), *(([name], 10, True) for name in everybody)]


def test_only_our_figures_have_goals() -> None:
    told = report({1: {"ours": SAMPLE, "stock": SAMPLE}, 1000: {"ours": SAMPLE, "stock": SAMPLE}})
    goals = {figure.name: figure.goal for figure in told.figures}
    assert goals["calls_per_minute_1000"] == 15
    assert goals["wakeup_intervals_1000"] == 1
    assert goals["stock_calls_per_minute_1000"] is None
    assert {"calls_per_minute_1", "stock_wakeup_intervals_1"} <= {figure.name for figure in told.details}
    assert all(figure.goal is None for figure in told.details)


def test_a_task_is_woken_when_airflow_says_that_it_may_go_on(tmp_path: Path) -> None:
    file = tmp_path / "airflow.db"
    rows = [
        ("waits", "deferred", None, "execute_complete"),
        ("woken", "scheduled", "2026-11-22 03:00:00.500000", "execute_complete"),
        ("failed", "scheduled", "2026-11-22 03:00:01.000000", "__fail__"),
        ("before", "success", "2026-11-22 02:00:00.000000", "execute_complete"),
        ("held", "running", None, None),
    ]
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE task_instance (run_id, state, scheduled_dttm, next_method, dag_id)")
        connection.executemany("INSERT INTO task_instance VALUES (?, ?, ?, ?, 'waiting')", rows)
        connection.commit()
    half_past = 1795316400.5
    assert Database(file).woken() == {"woken": Woken(half_past, False), "failed": Woken(half_past + 0.5, True)}
    assert Database(file).slots_held() == 1


def test_a_trigger_fires_when_its_log_says_so(tmp_path: Path) -> None:
    for job, event in (("fires", "Trigger fired event"), ("raises", "Trigger failed")):
        folder = tmp_path / "dag_id=waiting" / f"run_id={job}" / "task_id=wait"
        folder.mkdir(parents=True)
        lines = [{"timestamp": "2026-11-22T03:00:00.500000", "level": "info", "event": e} for e in ("starting", event)]
        (folder / "attempt=1.log.trigger.2.log").write_text("\n".join(map(json.dumps, lines)))
    assert fired(tmp_path) == {"fires": 1795316400.5}


def test_an_old_job_is_one_that_the_local_sagemaker_lists() -> None:
    now = time.time()
    jobs = list(old_jobs(Place("123456789012", "eu-west-1"), count=3, now=now))
    listing = Listing("ListTrainingJobs", "TrainingJob")
    assert listing.answer(jobs, {"LastModifiedTimeAfter": now - 3600})["TrainingJobSummaries"] == []
    listed = listing.answer(jobs, {"StatusEquals": "Completed"})["TrainingJobSummaries"]
    assert [row["TrainingJobName"] for row in json.loads(json.dumps(listed))] == [
        "old-000000",
        "old-000001",
        "old-000002",
    ]


def test_a_flat_line_is_drawn_flat_and_a_steep_one_rises() -> None:
    drawn = ElementTree.fromstring(chart({"ours": {1: 9, 1000: 9}, "stock": {1: 6, 1000: 6000}}))
    lines = {line.get("class"): line.get("points", "").split() for line in drawn.iter(f"{SVG}polyline")}
    heights = {name: [float(point.partition(",")[2]) for point in points] for name, points in lines.items()}
    assert heights["ours"][0] == heights["ours"][1]
    assert heights["stock"][0] > heights["stock"][1]  # y counts downwards
    assert "Modelway: 9" in [text.text for text in drawn.iter(f"{SVG}text")]
