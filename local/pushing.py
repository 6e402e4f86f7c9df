"""Carries a model's folder to a trained version."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.actors import USER, session_of
from local.dataset import bring_data
from local.engine_choice import EngineName
from local.errors import StepFailed
from local.estate.model import ensure_model
from local.platform import Platform
from local.pushed import Pushed, remember
from local.refusals import aws_refusals
from local.road import Road, opened_road
from local.source import Model, read_model
from local.trained import training_run
from local.view.dagrun import DagRuns
from local.view.hearing import Hearing
from local.view.joblogs import job_log
from local.view.progress import Progress
from local.view.result import read_result
from local.view.stage import State
from local.view.verdict import Verdict, verdict_of
from local.view.view import View
from local.view.watch import Watch

BETWEEN = "Airflow, between tasks"
STEPS = ("version", "image", "publish", "trigger")
QUEUE = "queue the training"


@dataclass(frozen=True)
class Trained:
    """What a push came to."""

    pushed: Pushed
    verdict: Verdict


@dataclass(frozen=True)
class Push:
    """One push on its way."""

    platform: Platform
    source: Path
    road: Road
    view: View
    progress: Progress
    with_logs: bool

    def carry(self) -> Trained:
        """Check, version, image, data, publish, train; raises StepFailed at the first that fails."""
        model = read_model(self.source)
        self.view.chapter(f"Push {model.project}/{model.name} from {self.source}")
        pushed = self._publish(model)
        remember(self.platform.home, pushed)
        if self._is_released:
            return self._trained_before(pushed) or self._train(pushed)
        return self._train(pushed)

    def _publish(self, model: Model) -> Pushed:
        here = ("--source", str(self.source))
        with ThreadPoolExecutor(1) as aside:  # what Terraform has made before anybody pushes
            made = aside.submit(ensure_model, self.platform, model)
            with self._stage("check") as hearing:
                self.road.check(self.source, listener=hearing)
            made.result()
        with self._stage("version"):
            self.road.step("version", *here)
            pushed = Pushed(model.project, model.name, self.road.variables()["MODEL_VERSION"])
            known = ", already released from these sources" if self._is_released else ""
            self.view.tell("version", detail=f"{pushed.version}{known}")
        self.progress.version = pushed.version
        self.view.belongs_to(pushed.version)
        with self._stage("image"):
            self.road.step("image", *here)
            self.view.tell("image", detail=_short(self.road.variables()["IMAGE"]))
        with self._stage("data"):
            self._bring_data(pushed)
        with self._stage("publish"):
            self.road.step("publish", *here)
            self.view.tell("publish", detail=f"{pushed.prefix}/releases/{pushed.version}/")
        return pushed

    @property
    def _is_released(self) -> bool:
        """Whether a push of the same sources came as far as the release."""
        return self.road.variables().get("MODEL_SOURCES") == "released"

    def _trained_before(self, pushed: Pushed) -> Trained | None:
        """What the training of the same sources came to; StepFailed while that is under way."""
        if run := DagRuns(self.platform.airflow_url).under_way("train", conf=pushed.conf):
            self.progress.stage, self.progress.run = "train", run
            failed = StepFailed(f"{pushed.version} is under way")
            failed.add_note(
                f"modelway: {pushed.version} is being trained by run {run.id}, which an earlier push started"
            )
            raise failed
        run_id = training_run(self.platform, pushed)
        verdict = verdict_of(read_result(self.platform, run_id)) if run_id else None
        if verdict is None:
            return None
        self.view.tell(QUEUE, state=State.SKIPPED, detail=f"{pushed.version} is trained, by run {run_id}")
        return Trained(pushed, verdict)

    def _train(self, pushed: Pushed) -> Trained:
        self.progress.stage = "train"
        kinds = ("train", "champion", "evaluate") if self.with_logs else ()
        logs = [job_log(self.platform, pushed, kind) for kind in kinds]
        watch = Watch(self.view, DagRuns(self.platform.airflow_url), queue=QUEUE, logs=logs)
        with self.view.background(BETWEEN):
            try:
                with watch.to_the_end():
                    self.road.step("trigger", "train", *pushed.arguments, "--wait", listener=watch)
            finally:
                self.progress.run = watch.run
        return self._judged(pushed, watch)

    def _judged(self, pushed: Pushed, watch: Watch) -> Trained:
        result = read_result(self.platform, watch.run.id) if watch.run else {}
        verdict = verdict_of(result)
        if verdict is None:
            raise StepFailed("the run left no verdict")
        return Trained(pushed, verdict)

    @contextmanager
    def _stage(self, name: str) -> Iterator[Hearing]:
        self.progress.stage = name
        with self.view.stage(name):
            yield Hearing(self.view, name)

    @aws_refusals()
    def _bring_data(self, pushed: Pushed) -> None:
        platform, source = self.platform, self.source
        s3 = session_of(platform, USER).client("s3", endpoint_url=platform.aws_url)
        self.view.tell("data", detail=bring_data(platform, s3, source, prefix=pushed.prefix))


def push_model(
    platform: Platform,
    source: Path,
    view: View,
    progress: Progress,
    *,
    engine: EngineName,
    with_logs: bool = False,
) -> Trained:
    """Carry the model to a trained version; raises StepFailed at the first step that fails, where progress stands."""
    with opened_road(platform, *STEPS, engine=engine) as road:
        return Push(platform, source, road, view, progress, with_logs).carry()


def _short(image: str) -> str:
    return image.partition("@")[2][:19]
