"""The rules of what a training leaves for GitLab, read by readers that are not ours."""

import json
from pathlib import Path
from typing import Any

import pytest
from junitparser import Error, Failure, JUnitXml
from markdown_it import MarkdownIt
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from ci.comment import MARK, comment
from ci.junit import junit
from ci.markdown import block, code, inline
from ci.openmetrics import openmetrics
from ci.results import Results
from modelway import names
from modelway.verdict import Failure as Reason
from modelway.verdict import Interval, MetricResult, Outcome, Result, Verdict

F1 = MetricResult(
    name="f1",
    goal="maximize",
    challenger=0.97,
    champion=0.95,
    limit=0.9,
    passes=True,
    difference=Interval(low=0.01, high=0.03),
)
RECALL = MetricResult(name="recall", goal="maximize", challenger=0.8, champion=0.9, limit=0.85, passes=False)
SLOWER = MetricResult(
    name="rmse", goal="minimize", challenger=2.0, champion=1.0, passes=True, difference=Interval(low=0.5, high=1.5)
)
AIRFLOW, FAILED_JOB = "https://airflow.example.com/dags/train/runs/t-1", "https://logs.example.com/1?a=b#c"
HOSTILE = [
    "@all",
    "/merge",
    "a\n/merge\n",
    "a\u2028/close",
    "`@all`",
    "``` \n/merge\n```",
    "<script>alert(1)</script>",
    "<!-- modelway: demo/churn 9.9.9 -->",
    "| @all | !1 |",
    "\\| @all",
    "[x](javascript:alert(1))",
    "![x](https://evil.example.com/x.png)",
    "www.evil.example.com",
    "#1 !2 %3 ~4 &5 $6 @x",
    "\u202e@all\u0000\x1b[2J",
    "\ud800 lone",
    "]]> & <failure/>",
    "",
]


def result(**values: Any) -> Result:
    verdict = Verdict(
        outcome=Outcome.BETTER, reason="f1 differs by +0.0100 to +0.0300 (95 %)", metrics=[F1], champion_version="1.3.0"
    )
    common = {"dag_id": "train", "run_id": "t-1", "project": "demo", "model": "breast-cancer", "version": "1.4.0"}
    return Result.model_validate(common | {"state": "success", "url": AIRFLOW, "verdict": verdict} | values)


def judged(*metrics: MetricResult, outcome: Outcome = Outcome.BETTER, reason: str = "because") -> Result:
    return result(verdict=Verdict(outcome=outcome, reason=reason, metrics=list(metrics), champion_version="1.3.0"))


def failed(reason: str = "KeyError: 'malignant'", log: tuple[str, ...] = ("epoch 1", "Traceback")) -> Result:
    failure = Reason(task="train_model", reason=reason, log_tail=list(log), url=FAILED_JOB)
    return result(state="failed", verdict=None, failure=failure)


def cases(of: Result) -> dict[str, Any]:
    suites = JUnitXml.fromstring(junit(of))
    return {case.name: case for suite in suites for case in suite}


def test_each_metric_is_a_test_of_its_limit_and_of_the_champion() -> None:
    found = cases(judged(F1, RECALL))
    assert list(found) == [
        "training",
        "f1 within its limit",
        "f1 not worse than the champion",
        "recall within its limit",
        "recall not worse than the champion",
    ]
    assert {case.classname for case in found.values()} == {"demo/breast-cancer"}


def test_a_metric_beyond_its_limit_is_a_failed_test_with_its_numbers() -> None:
    (why,) = cases(judged(F1, RECALL))["recall within its limit"].result
    assert isinstance(why, Failure)
    assert why.message == "recall is 0.8000, its limit ≥ 0.8500"
    assert cases(judged(F1))["f1 within its limit"].is_passed


def test_a_metric_clearly_worse_than_the_champion_s_is_a_failed_test() -> None:
    (why,) = cases(judged(SLOWER, outcome=Outcome.WORSE))["rmse not worse than the champion"].result
    assert why.message == "rmse is 2.0000, beside 1.0000 of 1.3.0: +1.0000 (+0.5000 to +1.5000)"
    worse_by_chance = F1.model_copy(update={"difference": Interval(low=-0.1, high=0.001)})
    assert cases(judged(worse_by_chance))["f1 not worse than the champion"].is_passed


def test_a_first_version_is_compared_with_nobody() -> None:
    alone = F1.model_copy(update={"champion": None, "difference": None})
    assert list(cases(judged(alone, outcome=Outcome.FIRST))) == ["training", "f1 within its limit"]


def test_a_failed_run_is_an_error_with_its_reason_and_log() -> None:
    (why,) = cases(failed())["training"].result
    assert isinstance(why, Error)
    assert why.message == "task train_model failed: KeyError: 'malignant'"
    assert f"epoch 1\nTraceback\n{FAILED_JOB}" in why.text


def test_the_counts_are_those_of_the_cases() -> None:
    counted = JUnitXml.fromstring(junit(judged(F1, RECALL)))
    told = (counted.tests, counted.failures, counted.errors, counted.skipped)
    counted.update_statistics()  # type: ignore[no-untyped-call]  # the reader has no types here
    assert told == (5, 1, 0, 0) == (counted.tests, counted.failures, counted.errors, counted.skipped)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_text_is_one_text_of_the_document(text: str) -> None:
    assert list(cases(failed(text, (text,)))) == ["training"]
    assert len(cases(judged(F1.model_copy(update={"name": text})))) == 3


def samples(of: Result) -> dict[tuple[str, str], float]:
    families = list(text_string_to_metric_families(openmetrics(of)))  # type: ignore[no-untyped-call]  # nor the parser
    assert {family.type for family in families} == {"gauge"}
    found = [sample for family in families for sample in family.samples]
    assert {sample.labels["model"] for sample in found} == {"demo/breast-cancer"}
    return {(sample.name.removeprefix("modelway_"), sample.labels.get("metric", "")): sample.value for sample in found}


def test_metrics_are_gauges_that_a_parser_reads() -> None:
    assert samples(judged(F1, RECALL)) == {
        ("training_success", ""): 1.0,
        ("challenger", "f1"): 0.97,
        ("challenger", "recall"): 0.8,
        ("champion", "f1"): 0.95,
        ("champion", "recall"): 0.9,
        ("limit", "f1"): 0.9,
        ("limit", "recall"): 0.85,
        ("difference_low", "f1"): 0.01,
        ("difference_high", "f1"): 0.03,
    }


def test_a_failed_run_has_one_gauge() -> None:
    assert samples(failed()) == {("training_success", ""): 0.0}
    assert openmetrics(failed()).endswith("\n# EOF\n")


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_name_is_a_label_s_value(text: str) -> None:
    found = samples(judged(F1.model_copy(update={"name": text})))
    assert found["challenger", text] == 0.97
    assert len(found) == 6


LINKS = {"Where it failed": FAILED_JOB, "Run in Airflow": AIRFLOW}


def test_a_note_begins_with_the_verdict_and_has_a_row_for_each_metric() -> None:
    lines = comment(judged(F1, RECALL, reason="f1 differs by +0.0100 to +0.0300 (95 %)"), LINKS).splitlines()
    assert lines[0] == "**✅ demo/breast-cancer 1.4.0: better**, f1 differs by +0.0100 to +0.0300 (95 %)"
    assert "| metric | challenger 1.4.0 | champion 1.3.0 | limit | difference (95 %) | |" in lines
    assert "| `f1` | 0.9700 | 0.9500 | ≥ 0.9000 | +0.0200 (+0.0100 to +0.0300) |  |" in lines
    assert "| `recall` | 0.8000 | 0.9000 | ≥ 0.8500 | -0.1000 | **fails its limit** |" in lines
    assert f"[Where it failed](<{FAILED_JOB}>) · [Run in Airflow](<{AIRFLOW}>)" in lines
    assert lines[-1] == "<!-- modelway: demo/breast-cancer 1.4.0 -->"


def test_a_note_of_a_failed_run_has_the_reason_and_the_log() -> None:
    text = comment(failed(), LINKS)
    assert text.startswith("**❌ demo/breast-cancer 1.4.0: the training failed** in `train_model`: ")
    assert "```text\n| epoch 1\n| Traceback\n```" in text


@pytest.mark.parametrize(
    ("outcome", "words"), [(Outcome.WORSE, "waits for a person"), (Outcome.FAILS_ITS_LIMITS, "cannot be deployed")]
)
def test_a_note_says_whether_it_can_be_deployed(outcome: Outcome, words: str) -> None:
    assert words in comment(judged(F1, outcome=outcome), LINKS)


def words_outside_code(text: str) -> str:
    """What GitLab looks through for people, references and links."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    assert [token.content.strip() for token in tokens if token.type == "html_block"] == text.split("\n")[-2:-1]
    inner = [child for token in tokens for child in token.children or []]
    assert {child.type for child in inner} <= {"text", "code_inline", "strong_open", "strong_close", "softbreak"}
    return "\n".join(child.content for child in inner if child.type == "text")


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_text_pings_nobody_and_commands_nothing(text: str) -> None:
    named = judged(F1.model_copy(update={"name": text}), reason=text)
    for each in (comment(named, {}), comment(failed(text, (text, "more")), {})):
        lines = each.splitlines()
        assert not any(line.lstrip().startswith("/") for line in lines)
        assert all(character.isprintable() for line in lines for character in line)
        assert MARK.fullmatch(lines[-1])
        seen = words_outside_code(each)
        assert not set("@!#~&$<>[]") & set(seen)
        assert "www." not in seen


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_table_keeps_its_columns(text: str) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(comment(judged(F1.model_copy(update={"name": text})), {}))
    assert [token.type for token in tokens].count("td_open") == 6


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_code_is_shown_as_it_is_but_for_what_nobody_sees(text: str) -> None:
    (paragraph,) = [token for token in MarkdownIt().parse(f"a {code(text)} b") if token.children]
    assert [child.type for child in paragraph.children or []] == ["text", "code_inline", "text"]
    (fence,) = MarkdownIt().parse(block([text]))
    assert fence.type == "fence"


def test_plain_words_stay_words() -> None:
    assert inline("f1 differs by +0.0100 to +0.0300 (95 %)") == "f1 differs by +0.0100 to +0.0300 (95 %)"
    assert inline("see %1") == "`see %1`"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a/>) @all", "https://a/\n/merge", ""])
def test_what_is_no_address_is_no_link(url: str) -> None:
    assert "](" not in comment(judged(F1), {"Run in Airflow": url})


def links(folder: Path) -> dict[str, str]:
    (section,) = json.loads((folder / "annotations.json").read_text()).values()
    return {entry["external_link"]["label"]: entry["external_link"]["url"] for entry in section}


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


ALL = ["annotations.json", "junit.xml", "metrics.txt", "note.md"]


@pytest.fixture
def train(run: Any, function: Any, aws: Any, tmp_path: Path) -> Any:
    """Train 1.4.0 as GitLab's job 7, to the result that is there."""

    def invoke(ended: Result | None, *arguments: str, states: tuple[str, ...] = ("queued", "success")) -> Any:
        function.will_say(*states)
        if ended:
            key = f"runs/{run_id}/result.json"
            aws.client("s3").put_object(Bucket="modelway-test", Key=key, Body=ended.model_dump_json().encode())
        named = ["--project", "demo", "--model", "breast-cancer", "--version", "1.4.0"]
        given = {"AWS_ENDPOINT_URL_LAMBDA": function.url, "CI_JOB_ID": "7", "CI_PIPELINE_URL": "https://gitlab/p/1"}
        return run("trigger", "train", *named, "--results", tmp_path / "results", *arguments, **given)

    conf = {"project": "demo", "model": "breast-cancer", "version": "1.4.0"}
    run_id = names.run_id("train", conf, trigger="7")
    return invoke


def test_a_training_leaves_all_forms_of_its_result(train: Any, tmp_path: Path) -> None:
    ended = train(judged(F1))
    assert ended.code == 0, ended.err
    assert files(tmp_path / "results") == ALL
    assert links(tmp_path / "results") == {
        "Run in Airflow": AIRFLOW,
        "Pipeline with the deploy button": "https://gitlab/p/1",
    }


def test_a_failed_training_leaves_them_too_and_stays_failed(train: Any, tmp_path: Path) -> None:
    ended = train(failed(), states=("queued", "failed"))
    assert ended.code == 6
    assert files(tmp_path / "results") == ALL
    assert links(tmp_path / "results")["Where it failed"] == FAILED_JOB


def test_a_version_that_fails_its_limits_leaves_them(train: Any, tmp_path: Path) -> None:
    assert train(judged(RECALL, outcome=Outcome.FAILS_ITS_LIMITS)).code == 0
    assert "cannot be deployed" in (tmp_path / "results" / "note.md").read_text()


def test_a_run_that_left_no_result_is_told_as_a_failure(train: Any, tmp_path: Path) -> None:
    assert train(None, states=("queued", "failed")).code == 6
    assert "left no result in modelway-test" in (tmp_path / "results" / "note.md").read_text()


def test_a_result_that_airflow_contradicts_is_a_failure(train: Any, tmp_path: Path) -> None:
    assert train(judged(F1), states=("queued", "failed")).code == 6
    assert "the training failed" in (tmp_path / "results" / "note.md").read_text()


def test_a_run_that_goes_on_leaves_the_way_to_it_and_no_note(train: Any, tmp_path: Path) -> None:
    assert train(None, "--timeout", "1s", states=("running",)).code == 3
    assert files(tmp_path / "results") == ["annotations.json"]
    assert links(tmp_path / "results")["Run in Airflow"].startswith("https://a/")


def test_a_folder_that_cannot_be_made_is_named_before_anything_is_called(
    train: Any, function: Any, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("")
    ended = train(judged(F1), "--results", str(tmp_path / "taken" / "results"))
    assert ended.code == 2
    assert "name another folder by --results" in ended.err
    assert function.events == []


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_text_does_not_keep_results_from_being_left(text: str, tmp_path: Path) -> None:
    left = Results(tmp_path, ("Pipeline", ""))
    left.leave(judged(F1.model_copy(update={"name": text}), reason=text))
    left.leave(failed(text, (text,)))
    assert files(tmp_path) == ALL
