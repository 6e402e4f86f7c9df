"""Messages: readable in both channels, and never too long for either."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from modelway.messages import MAX_SNS_BYTES, Message, announcement, relayed, sweep_notice
from modelway.record import JobRecord
from modelway.verdict import Deployed, Failure, Interval, MetricResult, Outcome, Result, Verdict

F1 = MetricResult(
    name="f1",
    goal="maximize",
    challenger=0.958,
    champion=0.931,
    limit=0.9,
    passes=True,
    difference=Interval(low=0.01, high=0.05),
)
VERDICT = Verdict(
    outcome=Outcome.BETTER,
    reason="f1 differs by +0.0100 to +0.0500 (95 %)",
    metrics=[F1],
    champion_version="1.0.0",
    confusion_matrix={"0": {"0": 70, "1": 2}, "1": {"0": 1, "1": 41}},
)

TRAINING = JobRecord(
    name="job",
    arn="arn:aws:sagemaker:…",
    ended_at=datetime(2026, 11, 21, tzinfo=UTC),
    seconds=312,
    billable_seconds=312,
    instance_type="ml.m5.large",
    cost_usd=0.0111,
)


def result(**changes: object) -> Result:
    base = {
        "dag_id": "train",
        "run_id": "t-0123456789abcdef",
        "project": "demo",
        "model": "breast-cancer",
        "version": "1.0.1",
        "state": "success",
        "url": "http://127.0.0.1:8080/dags/train/runs/t-0123456789abcdef",
    }
    return Result.model_validate(base | changes)


def texts(message: Message) -> list[str]:
    """Each text of the card."""
    blocks = message.blocks
    sections = [block["text"]["text"] for block in blocks if block["type"] in ("header", "section") and "text" in block]
    return sections + [part["text"] for block in blocks for part in block.get("fields", [])]


def buttons(message: Message) -> dict[str, str]:
    """The card's buttons and where they lead."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return {button["text"]["text"]: button["url"] for row in rows for button in row}


def test_a_trained_version_is_told_with_verdict_metrics_and_confusion_matrix() -> None:
    message = announcement(result(verdict=VERDICT, package_arn="arn:aws:sagemaker:…", reason="new data"))
    assert message.subject == "demo/breast-cancer 1.0.1 trained: better"
    assert "better than 1.0.0" in message.text
    assert "f1      0.9580  0.9310  0.9000" in message.text
    assert "1                  1   41" in message.text
    assert "waits for approval" in message.text
    assert "because: new data" in message.text


def test_what_was_never_registered_waits_for_no_approval() -> None:
    failure = Failure(task="register", reason="AccessDenied", log_tail=[], url="")
    assert "approval" not in announcement(result(state="failed", failure=failure, verdict=VERDICT)).text


def test_of_a_long_log_the_end_is_shown() -> None:
    lines = [f"{number} {'x' * 400}" for number in range(29)] + ["ValueError: the last line"]
    failure = Failure(task="train", reason="boom", log_tail=lines, url="")
    assert "ValueError: the last line" in str(announcement(result(state="failed", failure=failure)).blocks)


def test_a_failure_is_told_with_task_reason_and_last_lines() -> None:
    failure = Failure(task="train", reason="AlgorithmError: boom", log_tail=["epoch 1", "ValueError: boom"], url="")
    message = announcement(result(state="failed", failure=failure))
    assert message.subject == "demo/breast-cancer 1.0.1: train failed"
    assert "Task train: AlgorithmError: boom" in message.text
    assert "    epoch 1\n    ValueError: boom" in message.text
    assert "```epoch 1\nValueError: boom```" in texts(message)


def test_a_training_is_told_with_its_time_machine_and_cost() -> None:
    message = announcement(result(verdict=VERDICT, training=TRAINING))
    assert "Trained in 312 s on ml.m5.large (about 0.01 USD)" in message.text
    assert "Trained in 312 s on ml.m5.large (about 0.01 USD)" in str(message.blocks)


def test_what_spot_machines_save_is_seen() -> None:
    spot = TRAINING.model_copy(update={"billable_seconds": 94, "instance_count": 2, "cost_usd": 0.0001})
    words = "Trained in 312 s, 94 s of them billed, on 2 ml.m5.large (less than 0.01 USD)"
    assert words in announcement(result(verdict=VERDICT, training=spot)).text


def test_a_price_that_nobody_told_is_not_made_up() -> None:
    free = TRAINING.model_copy(update={"cost_usd": None})
    assert "Trained in 312 s on ml.m5.large\n" in announcement(result(verdict=VERDICT, training=free)).text


def test_a_run_that_failed_later_says_what_its_training_cost() -> None:
    failure = Failure(task="evaluate_challenger", reason="no rows", log_tail=[], url="")
    assert "about 0.01 USD" in announcement(result(state="failed", failure=failure, training=TRAINING)).text


def test_a_live_endpoint_is_told_with_an_example_call() -> None:
    endpoint = Deployed(name="demo--breast-cancer", config="c", example="aws sagemaker-runtime invoke-endpoint …")
    message = announcement(result(dag_id="deploy", endpoint=endpoint))
    assert message.subject == "demo/breast-cancer 1.0.1 is live"
    assert "invoke-endpoint" in message.text


def test_a_card_begins_with_what_it_came_to() -> None:
    worse = VERDICT.model_copy(update={"outcome": Outcome.WORSE})
    failed = VERDICT.model_copy(update={"outcome": Outcome.FAILS_ITS_LIMITS})
    signs = [texts(announcement(result(verdict=verdict)))[0][0] for verdict in (VERDICT, worse, failed)]
    assert signs == ["✅", "🔻", "⛔"]
    assert all(texts(announcement(result(verdict=VERDICT.model_copy(update={"outcome": each})))) for each in Outcome)


def test_a_metric_shows_the_way_from_the_champion_and_its_limit() -> None:
    assert "*f1*\n0.9580  ▲ +0.0270\n1.0.0: 0.9310\nlimit ≥ 0.9000" in texts(announcement(result(verdict=VERDICT)))


def test_a_metric_that_should_be_small_says_so() -> None:
    rmse = F1.model_copy(update={"name": "rmse", "goal": "minimize", "challenger": 2.0, "champion": 3.0, "limit": 2.5})
    card = announcement(result(verdict=VERDICT.model_copy(update={"metrics": [rmse]})))
    assert "*rmse*\n2.0000  ▼ -1.0000 (lower is better)\n1.0.0: 3.0000\nlimit ≤ 2.5000" in texts(card)


def test_without_a_champion_a_metric_stands_alone() -> None:
    alone = F1.model_copy(update={"champion": None, "limit": None, "difference": None})
    card = announcement(result(verdict=VERDICT.model_copy(update={"metrics": [alone], "champion_version": None})))
    assert "*f1*\n0.9580" in texts(card)


def test_buttons_lead_to_the_failed_task_and_the_run() -> None:
    failure = Failure(task="train", reason="boom", url="http://127.0.0.1:8080/tasks/train")
    card = announcement(result(state="failed", failure=failure))
    assert buttons(card) == {
        "Look where it failed": "http://127.0.0.1:8080/tasks/train",
        "Open the run in Airflow": "http://127.0.0.1:8080/dags/train/runs/t-0123456789abcdef",
    }


def test_without_an_address_of_airflow_there_is_no_button() -> None:
    assert buttons(announcement(result(url="/dags/train/runs/t-1"))) == {}


def test_a_log_cannot_end_its_own_block() -> None:
    failure = Failure(task="train", reason="boom", log_tail=["``` <!channel>", "end"])
    assert texts(announcement(result(state="failed", failure=failure)))[-1] == "```''' &lt;!channel&gt;\nend```"


def test_text_from_a_model_cannot_call_everyone() -> None:
    failure = Failure(task="train", reason="<!channel> & co", log_tail=[], url="")
    sections = [b for b in announcement(result(state="failed", failure=failure)).blocks if b["type"] == "section"]
    assert sections[0]["text"]["text"] == "Task train: &lt;!channel&gt; &amp; co"


METRICS = st.lists(
    st.builds(
        MetricResult,
        name=st.text(max_size=3000),
        goal=st.sampled_from(["maximize", "minimize"]),
        challenger=st.none() | st.floats(allow_nan=False, allow_infinity=False),
        champion=st.none() | st.floats(allow_nan=False, allow_infinity=False),
        limit=st.none() | st.floats(allow_nan=False, allow_infinity=False),
        passes=st.booleans(),
        difference=st.none(),
    ),
    max_size=14,
)


@given(st.text(max_size=5000), st.lists(st.text(max_size=500), max_size=60), st.text(max_size=300))
def test_slack_and_sns_take_any_failure(reason: str, lines: list[str], model: str) -> None:
    failure = Failure(task="train", reason=reason, log_tail=lines, url="")
    check_limits(announcement(result(state="failed", failure=failure, model=model, reason=reason)))


@given(st.text(max_size=5000), METRICS, st.sampled_from(Outcome), st.text(max_size=4000))
def test_slack_and_sns_take_any_verdict(reason: str, metrics: list[MetricResult], outcome: Outcome, url: str) -> None:
    verdict = Verdict(outcome=outcome, reason=reason, metrics=metrics)
    check_limits(announcement(result(verdict=verdict, package_arn=reason, url=f"https://{url}")))


def check_limits(message: Message) -> None:
    """Slack's and SNS's own."""
    assert 0 < len(message.subject) < 100
    assert message.subject.isascii()
    assert "\n" not in message.subject
    assert len(message.blocks) <= 50
    for block in message.blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.to_dict()  # slack-sdk refuses what Slack would
        assert len(block["text"]["text"] if "text" in block else "") <= (150 if block["type"] == "header" else 3000)
        assert all(0 < len(field["text"]) <= 2000 for field in block.get("fields", []))
        assert all(len(part.get("url", "")) <= 3000 for part in block.get("elements", []))


def test_a_card_that_is_relayed_is_what_a_webhook_takes() -> None:
    message = announcement(result(verdict=VERDICT))
    assert json.loads(relayed(message)) == {"text": message.text, "blocks": message.blocks}


def test_a_card_too_large_for_sns_is_relayed_as_its_text() -> None:
    message = Message(subject="s", text="demo/churn 1.4.0", blocks=[{"type": "section", "text": "\0" * 60_000}])
    assert json.loads(relayed(message)) == {"text": "demo/churn 1.4.0"}


@given(st.text(max_size=40_000))
def test_what_is_relayed_fits_into_sns(reason: str) -> None:
    failure = Failure(task="train", reason=reason, log_tail=[reason], url="")
    assert len(relayed(announcement(result(state="failed", failure=failure))).encode()) <= MAX_SNS_BYTES


def test_a_sweep_tells_each_thing_on_a_line_and_leads_to_its_run() -> None:
    url = "http://127.0.0.1:8080/dags/sweep/runs/r"
    headline = "demo: 1 job stopped that nobody waited for"
    message = sweep_notice(headline, lines=["a: <gone>", "b: failed"], links={"Open the sweep in Airflow": url})
    assert (message.subject, message.text) == (
        headline,
        f"{headline}\n\n- a: <gone>\n- b: failed\n\nOpen the sweep in Airflow: {url}",
    )
    assert "- a: &lt;gone&gt;" in json.dumps(message.blocks)


@given(st.lists(st.text(max_size=400), min_size=1, max_size=60))
def test_a_sweep_that_finds_much_still_fits_a_card(lines: list[str]) -> None:
    check_limits(sweep_notice("demo: much", lines=lines, links={}))
