"""The whole road in one go, in a platform of its own."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from local.approval import approve_version
from local.demo_model import change, copy_template
from local.docking import prepare_engine, require_docker
from local.engine_choice import EngineName
from local.errors import StepFailed
from local.home import Home
from local.inbox.message import Message, newest_first
from local.inbox.store import Store
from local.interrupt import undisturbed
from local.lock import LOCK, only_one_demo
from local.platform import Platform, known_platform, make_platform
from local.prediction import Prediction, predict_rows, surest
from local.pushed import Pushed
from local.pushing import push_model
from local.starting import start
from local.stopping import stop
from local.view.addresses import addresses
from local.view.answers import answers_table
from local.view.picture import save_picture
from local.view.progress import Progress
from local.view.stage import State
from local.view.table import Table
from local.view.terminal import until_enter
from local.view.times import time_table
from local.view.verdict import Verdict, verdict_table
from local.view.view import View
from local.waiting import wait_until

SPARED = ("images", LOCK)  # an environment of the same lock is the same, whoever built it
CHANNELS = {"mail", "slack"}
BETTER = ("c = 0.0017", "c = 0.015")  # the template's c is small on purpose


@dataclass(frozen=True)
class Wishes:
    """What whoever started the demo wants of it."""

    waits: bool
    keep: bool
    with_logs: bool
    picture: Path | None
    engine: EngineName


def demonstrate(home: Home, view: View, wishes: Wishes) -> None:
    """Up, two pushes with all that follows, down; raises StepFailed where an outcome is not as it must be."""
    if wishes.engine is EngineName.DOCKER:
        require_docker(home)
    with only_one_demo(home):
        _wipe(home)
        platform = make_platform(home)
        prepare_engine(home, wishes.engine)
        with _stopped_at_the_end(platform, view, wishes):
            _start(platform, view)
            shown = Demonstration(platform, view, wishes).show()
            if wishes.waits:
                _look_around(platform, view)
        _close(platform, view, wishes, shown)


def _start(platform: Platform, view: View) -> None:
    view.chapter("Start a platform: a local AWS, Airflow, an inbox")
    with view.background("starting"):
        start(platform, view)
    view.table(addresses(platform))


def _look_around(platform: Platform, view: View) -> None:
    view.table(addresses(platform))
    with view.pause("looking around"):
        until_enter("Look around, then press Enter to stop everything. ")


@contextmanager
def _stopped_at_the_end(platform: Platform, view: View, wishes: Wishes) -> Iterator[None]:
    """Even --keep leaves no half demo."""
    try:
        yield
    except BaseException:
        _stop(platform, view)
        raise
    if not wishes.keep:
        _stop(platform, view)


def _stop(platform: Platform, view: View) -> None:
    """Whether or not somebody still reads what we say of it."""
    with undisturbed():
        with suppress(OSError):
            view.chapter("Stop")
            view.tell("stop everything")
        count = stop(platform)
        with suppress(OSError):
            view.tell("stop everything", state=State.DONE, detail=f"{count} processes ended")


def _close(platform: Platform, view: View, wishes: Wishes, shown: list[Table]) -> None:
    times = time_table(view.stages, began=view.began, ended=time.monotonic())
    title, tables = "A model's road, twice: from a push to an answer", [*shown, times]
    view.screen(title, tables)
    if wishes.picture:
        save_picture(wishes.picture, title=title, tables=tables)
    if wishes.keep:
        view.table(addresses(platform))
        view.note(f"The platform is up: `python -m local down{platform.home.option}` stops it.")


def _wipe(home: Home) -> None:
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


class Demonstration:
    """One demo under way."""

    def __init__(self, platform: Platform, view: View, wishes: Wishes) -> None:
        self._platform = platform
        self._view = view
        self._wishes = wishes
        self._seen: set[str] = set()

    def show(self) -> list[Table]:
        """Push and deploy twice; what the second time came to."""
        with tempfile.TemporaryDirectory(prefix="modelway-demo-") as folder:
            model = copy_template(Path(folder) / "breast-cancer")
            self._carry(model, expected="first")
            change(model, "model.toml", *BETTER)
            return self._carry(model, expected="better")

    def _carry(self, model: Path, *, expected: str) -> list[Table]:
        with_logs = self._wishes.with_logs
        engine = self._wishes.engine
        trained = push_model(self._platform, model, self._view, Progress(), engine=engine, with_logs=with_logs)
        self._expect_messages()
        judged = verdict_table(trained.verdict)
        self._view.table(judged)
        _expect_outcome(trained.verdict, expected)
        approve_version(self._platform, trained.pushed, self._view, with_logs=with_logs)
        self._expect_messages()
        answered = self._ask(trained.pushed)
        self._view.table(answered)
        return [judged, answered]

    def _expect_messages(self) -> None:
        """Both channels tell the outcome; the mail may come a moment after the run's end."""
        with self._view.stage("mail and Slack arrive"):
            wait_until(lambda: {each.kind for each in self._new()} >= CHANNELS, what="mail and Slack", seconds=20)
            subjects = [each.subject for each in self._new() if each.subject]
            self._view.tell("mail and Slack arrive", detail=", ".join(subjects))
        self._seen |= {each.id for each in self._new()}

    def _new(self) -> list[Message]:
        messages = newest_first(Store(self._platform.home.inbox))
        return [message for message in messages if message.id not in self._seen]

    def _ask(self, pushed: Pushed) -> Table:
        with self._view.stage("predict"):
            answer = predict_rows(self._platform, pushed, count=100)
            self._view.tell("predict", detail=f"{len(answer.predictions)} rows to {pushed.endpoint}")
        shown = surest(answer.predictions, count=4)
        _expect_right(shown)
        return answers_table(answer, shown)


def _expect_outcome(verdict: Verdict, expected: str) -> None:
    if verdict.outcome != expected:
        raise StepFailed(f"{verdict.version} must be {expected}, and is {verdict.words}: {verdict.reason}")


def _expect_right(shown: list[Prediction]) -> None:
    if wrong := [each for each in shown if not each.is_right]:
        raise StepFailed(f"the model is surest of these rows and yet wrong: {wrong}")
    if len({each.truth for each in shown}) < 2:
        raise StepFailed("all answers are the same, so they prove nothing; see data/test in the bucket")
