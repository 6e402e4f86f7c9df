"""The DAGs' tasks in a person's words, and the one detail that tells what came of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.view.stage import State

Detail = Callable[[Any], str]
NOT_YET = (None, "removed", "upstream_failed")
STATES = {"success": State.DONE, "skipped": State.SKIPPED, "failed": State.FAILED}


@dataclass(frozen=True)
class Words:
    """A row's name, and how what a task left reads."""

    name: str
    detail: Detail = lambda _: ""
    skipped: str = ""


def _train(record: Mapping[str, Any]) -> str:
    return ", ".join([record["name"], *(f"{name} {value:g}" for name, value in record["metrics"].items())])


def _name(record: Mapping[str, Any]) -> str:
    return str(record["name"])


def _judge(verdict: Mapping[str, Any]) -> str:
    first, *_ = verdict["metrics"]
    value = "-" if first["challenger"] is None else f"{first['challenger']:.3f}"
    return f"{verdict['outcome']}, {first['name']} {value}"


def _release(plan: Mapping[str, Any]) -> str:
    champion = plan.get("champion")
    return f"champion {champion['version']}" if champion else "no champion yet"


def _package(arn: str) -> str:
    return arn.partition(":model-package/")[2] or arn


def _channels(_: Any) -> str:
    return "mail and Slack"


WORDS: dict[str, Words] = {
    "read_release": Words("read the release", _release),
    "train": Words("train", _train),
    "evaluate_champion": Words("evaluate the champion", _name, skipped="none that could be compared with"),
    "evaluate_challenger": Words("evaluate the challenger", _name),
    "judge": Words("judge", _judge),
    "create_model": Words("make the model", str),
    "register": Words("register for approval", _package),
    "record_training": Words("announce the training", _channels),
    "read_approved_package": Words("read the approval"),
    "create_endpoint_config": Words("configure the endpoint", str),
    "roll_out": Words("roll out", str),
    "smoke_test": Words("smoke test", lambda _: "answers as the new version"),
    "record_deployment": Words("announce the deployment", _channels),
}
ANNOUNCING = {"announce_by_mail", "announce_on_slack"}
RECORDING = {"train": "record_training", "deploy": "record_deployment"}


def row_of(dag: str, task: str, title: str) -> str:
    """The row that tells of the task; recording and both channels are one."""
    known = WORDS.get(RECORDING.get(dag, task) if task in ANNOUNCING else task)
    return known.name if known else (title or task).replace("_", " ")


def detail_of(task: str, left: Any) -> str:
    """What came of the task, in a few words; nothing where it left something else than we know."""
    if left is None or task not in WORDS:
        return ""
    try:
        return WORDS[task].detail(left)
    except (KeyError, TypeError, ValueError, AttributeError):
        return ""
