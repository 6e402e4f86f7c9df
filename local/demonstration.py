"""The whole road in one go, in a platform of its own."""

import json
import shutil
import subprocess
import tempfile
import textwrap
from pathlib import Path

import click

from local.approval import approve_version
from local.errors import StepFailed
from local.home import CHECKOUT, Home
from local.inbox.message import Message, newest_first
from local.inbox.store import Store
from local.inbox.terminal import as_text
from local.interrupt import undisturbed
from local.lock import LOCK, only_one_demo
from local.platform import Platform, known_platform, make_platform
from local.prediction import predict_rows, surest
from local.pushed import Pushed
from local.pushing import push_model
from local.starting import start
from local.stopping import stop
from local.timeline import Timeline
from local.waiting import wait_until

TEMPLATE = CHECKOUT / "model_template"
SPARED = ("images", LOCK)  # an environment of the same lock is the same, whoever built it


def demonstrate(home: Home, timeline: Timeline) -> None:
    """Up, push, read the messages, approve, predict, down; raises StepFailed where an outcome is not as it must be."""
    with only_one_demo(home):
        wipe(home)
        platform = make_platform(home)
        try:
            start(platform, timeline)
            _walk(platform, timeline)
        finally:
            with undisturbed():
                count = stop(platform)
            timeline.line("down", f"{count} processes ended")


def wipe(home: Home) -> None:
    """Stop what an earlier demo may have left and forget all but its caches."""
    earlier = known_platform(home)
    if earlier is not None:
        stop(earlier)
    for path in home.root.glob("*"):
        if path.name in SPARED:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _walk(platform: Platform, timeline: Timeline) -> None:
    with tempfile.TemporaryDirectory(prefix="modelway-demo-") as folder:
        pushed = push_model(platform, copy_template(Path(folder) / "model"), timeline)
    _expect_messages(platform, timeline, seen=set())
    seen = {message.id for message in newest_first(Store(platform.home.inbox))}
    approve_version(platform, pushed, timeline)
    _expect_messages(platform, timeline, seen=seen)
    _expect_predictions(platform, pushed, timeline)


def copy_template(place: Path) -> Path:
    """The model template as a git repository with one commit."""
    shutil.copytree(TEMPLATE, place, ignore=shutil.ignore_patterns("data", "model", "__pycache__", ".*cache"))
    settings = ("user.name=demo", "user.email=demo@example.com", "commit.gpgsign=false", "core.hooksPath=/dev/null")
    author = tuple(word for setting in settings for word in ("-c", setting))
    for arguments in (
        ("init", "--quiet"),
        ("add", "."),
        (*author, "commit", "--quiet", "--message", "Start from the template"),
    ):
        subprocess.run(["git", *arguments], cwd=place, check=True)
    return place


def _expect_messages(platform: Platform, timeline: Timeline, *, seen: set[str]) -> None:
    """Both channels tell the outcome; the mail may come a moment after the run's end."""

    def new() -> list[Message]:
        return [message for message in newest_first(Store(platform.home.inbox)) if message.id not in seen]

    wait_until(lambda: {"mail", "slack"} <= {message.kind for message in new()}, what="mail and Slack", seconds=20)
    for message in reversed(new()):
        timeline.line(message.kind, message.subject or message.text.partition("\n")[0])
        if message.kind == "slack":
            click.echo(textwrap.indent(as_text(message), "    "))


def _expect_predictions(platform: Platform, pushed: Pushed, timeline: Timeline) -> None:
    answer = predict_rows(platform, pushed, count=100)
    shown = surest(answer.predictions, count=3)
    for each in shown:
        timeline.line("predicted", f"truth {each.truth}  {json.dumps(each.answer)}")
    timeline.line("answered", answer.attributes)
    if wrong := [each for each in shown if not each.is_right]:
        raise StepFailed(f"the model is surest of these rows and yet wrong: {wrong}")
    if len({each.truth for each in shown}) < 2:
        raise StepFailed("all answers are the same, so they prove nothing; see data/test in the bucket")
