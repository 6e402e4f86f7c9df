"""Pushes a model repository to the local GitLab, whose pipelines carry it to a trained version and deploy it."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from local.actors import USER, session_of
from local.dataset import bring_data
from local.engine_choice import EngineName
from local.errors import PlatformError, StepFailed
from local.estate.model import ensure_model
from local.gitlab.button import Button, leave_button
from local.gitlab.carrier import Carrier, Start
from local.gitlab.issuer import issuer_with
from local.gitlab.pipeline import Job, Pipeline, Status, read_pipeline
from local.gitlab.place import Place, place_in
from local.gitlab.presence import add_gitlab
from local.gitlab.project import ML_OPS, Project, model_project
from local.gitlab.repository import Repository, is_top
from local.gitlab.tool import Tool, artifacts, ensure_tool
from local.gitlab.variables import read_dotenv
from local.gitlab.worker import Worker
from local.home import CHECKOUT
from local.lock import only_one_runner
from local.platform import Platform
from local.pushed import Pushed, remember
from local.pushing import BETWEEN, Trained
from local.refusals import aws_refusals
from local.run import Listener
from local.source import Model, read_model
from local.trained import training_run
from local.view.dagrun import DagRuns
from local.view.hearing import Hearing
from local.view.progress import Progress
from local.view.result import read_result
from local.view.verdict import verdict_of
from local.view.view import View
from local.view.watch import Watch

WATCHED = {"train": "queue the training", "deploy": "queue the deployment"}
PACKAGING = ("package", "push")  # without Docker, with it
REGISTER = """# Written by the local GitLab, in place of the repository's own.
[gitlab]
server = "{url}"
project = {ml_ops}

[[projects]]
id = {id}
models = [{models}]
"""


@dataclass
class Desk:
    """The local GitLab while a command uses it."""

    platform: Platform
    place: Place
    tool: Tool
    view: View
    progress: Progress
    engine: EngineName
    trained: list[tuple[Pipeline, Pushed, Watch]] = field(default_factory=list)

    @contextmanager
    def carrier(self) -> Iterator[Carrier]:
        """Have GitLab serve, and carry pipelines by it."""
        with only_one_runner(self.platform.home):
            issuer = issuer_with(self.place.key, url=self.place.url)
            add_gitlab(self.platform)
            worker = Worker(self.platform, self.place, issuer, self.tool, self.engine)
            yield Carrier(worker, told=self._tell, listening=self._listening)

    def _tell(self, pipeline: Pipeline) -> None:
        self.view.chapter(f"Pipeline {pipeline.id} of {pipeline.project.path}, by {pipeline.source}")

    @contextmanager
    def _listening(self, pipeline: Pipeline, job: Job) -> Iterator[Listener]:
        self.progress.stage = job.name
        if pipeline.project == ML_OPS and job.name in WATCHED:
            with self._watching(pipeline, job) as watch:
                yield watch
        else:
            with self.view.stage(job.name):
                yield Hearing(self.view, job.name)

    @contextmanager
    def _watching(self, pipeline: Pipeline, job: Job) -> Iterator[Watch]:
        pushed = pushed_of(pipeline, self.place)
        self.view.belongs_to(pushed.version)
        self.progress.version = pushed.version
        watch = Watch(self.view, DagRuns(self.platform.airflow_url), queue=WATCHED[job.name])
        with self.view.background(BETWEEN), watch.to_the_end():
            try:
                yield watch
                if watch.run is None and job.name == "train":
                    self.view.tell(WATCHED[job.name], detail=f"{pushed.version} is trained already")
            finally:
                self.progress.run = watch.run
        if job.name == "train":
            self.trained.append((pipeline, pushed, watch))


def push_to_gitlab(
    platform: Platform, source: Path, view: View, progress: Progress, *, engine: EngineName
) -> list[Trained]:
    """Carry the repository's models by both projects' pipelines; raises StepFailed at the first job that fails."""
    progress.stage = "its pipeline's start"
    models = {folder: read_model(folder) for folder in model_folders(source)}
    desk = opened_desk(platform, view, progress, engine=engine)
    project = model_project(desk.place, source)
    _prepare(desk, project, models)
    repository = Repository(project.repository(desk.place)).ensure()
    before = repository.head
    sha = repository.take_commit(source) if is_top(source) else repository.take_folder(source)
    with desk.carrier() as carrier:
        carrier.run(carrier.begin(Start(project, sha, "push", getpass.getuser(), before=before)))
    if not desk.trained:
        raise PlatformError(f"the pipeline of {project.path} came to its end without a training; no rule asked for one")
    return [_judged(desk, pipeline, pushed, watch) for pipeline, pushed, watch in desk.trained]


def press(platform: Platform, button: Button, view: View, progress: Progress) -> None:
    """Press the manual job; raises StepFailed when it fails."""
    desk = opened_desk(platform, view, progress, engine=button.engine)
    pipeline = read_pipeline(desk.place, button.pipeline)
    if pipeline is None:
        raise PlatformError(f"pipeline {button.pipeline} is gone from {desk.place.pipelines}; push the model again")
    view.chapter(f"Job {button.job} of pipeline {pipeline.id} of {pipeline.project.path}, pressed")
    with desk.carrier() as carrier:
        pipeline = carrier.run_job(pipeline, pipeline.job(button.job))
    job = pipeline.job(button.job)
    if job.status is Status.WARNING:  # its pipeline may do without it; whoever presses it may not
        failed = StepFailed(f"job {job.name} failed")
        failed.add_note(pipeline.log(desk.place, job).read_text(encoding="utf-8").rstrip())
        raise failed


def opened_desk(platform: Platform, view: View, progress: Progress, *, engine: EngineName) -> Desk:
    """The platform's GitLab, and the tool that runs its jobs."""
    place = place_in(platform.home)
    with view.stage("gitlab-ci-local"):
        tool = ensure_tool()
        view.tell("gitlab-ci-local", detail=place.url)
    return Desk(platform, place, tool, view, progress, engine)


def _prepare(desk: Desk, project: Project, models: dict[Path, Model]) -> None:
    """What lies there before anybody pushes: ml-ops with its register, what Terraform makes, and data."""
    names = ", ".join(f'"{model.project}/{model.name}"' for model in models.values())
    register = REGISTER.format(url=desk.place.url, ml_ops=ML_OPS.id, id=project.id, models=names)
    with desk.view.stage("ml-ops"):
        ours = Repository(ML_OPS.repository(desk.place)).ensure()
        sha = ours.take_folder(CHECKOUT, instead={"models.toml": register})
        desk.view.tell("ml-ops", detail=f"{sha[:8]}, this checkout with a register of its own")
    for folder, model in models.items():
        ensure_model(desk.platform, model)
        row = f"data of {model.name}"
        with desk.view.stage(row):
            desk.view.tell(row, detail=_bring_data(desk.platform, folder, model))


@aws_refusals()
def _bring_data(platform: Platform, folder: Path, model: Model) -> str:
    s3 = session_of(platform, USER).client("s3", endpoint_url=platform.aws_url)
    return bring_data(platform, s3, folder, prefix=f"models/{model.project}/{model.name}")


def model_folders(source: Path) -> list[Path]:
    """The folder itself if it is a model, else those right below it that are."""
    if (source / "model.toml").is_file():
        return [source]
    found = sorted(path.parent for path in source.glob("*/model.toml"))
    if not found:
        raise PlatformError(f"{source} holds no model.toml, nor does a folder in it; push a model's repository")
    return found


def pushed_of(pipeline: Pipeline, place: Place) -> Pushed:
    """The version that the pipeline's jobs have made, as their dotenv file says."""
    left = [artifacts(pipeline.checkout(place), job) / "build.env" for job in PACKAGING]
    values = read_dotenv(next(path for path in left if path.is_file()))
    return Pushed(values["MODEL_PROJECT"], values["MODEL_NAME"], values["MODEL_VERSION"])


def _judged(desk: Desk, pipeline: Pipeline, pushed: Pushed, watch: Watch) -> Trained:
    leave_button(desk.place, pushed, pipeline, engine=desk.engine)
    remember(desk.platform.home, pushed)
    run_id = watch.run.id if watch.run else training_run(desk.platform, pushed)
    verdict = verdict_of(read_result(desk.platform, run_id)) if run_id else None
    if verdict is None:
        raise StepFailed(f"{pushed.version} has no verdict yet; look at {pipeline.url(desk.place)}")
    return Trained(pushed, verdict)
