"""Texts of a push that want to be commands, through the pipelines of both sides as far as a version."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from local.actors import renew_actors
from local.environment import base_environment
from local.errors import StepFailed
from local.estate.foundation import lay_foundation
from local.estate.model import ensure_model
from local.gitlab.carrier import Carrier, Start
from local.gitlab.issuer import issuer_with
from local.gitlab.pipeline import Job, Pipeline, Status, read_pipeline
from local.gitlab.place import place_in
from local.gitlab.project import ML_OPS, model_project
from local.gitlab.pushing import REGISTER
from local.gitlab.repository import Repository as Bare
from local.gitlab.server import Site, serving
from local.gitlab.tool import ToolMissing, artifacts, ensure_tool
from local.gitlab.variables import read_dotenv
from local.gitlab.worker import Worker
from local.home import CHECKOUT, Home
from local.platform import Platform, make_platform
from local.run import Deaf, Listener
from local.source import read_model
from tests.ci.conftest import MODEL_TOML
from tests.ci.repository import Repository
from tests.sockets import listens, wait_for

pytestmark = pytest.mark.server

TEXTS = [
    "$(touch pwned)",
    "`touch pwned`",
    '"; touch pwned; rm -rf .; "',
    "'; touch pwned; rm -rf . #",
    "| touch pwned",
    "${IFS}touch${IFS}pwned",
    "\u0430\u202e$(touch pwned)",
]
NAMES = [*(f"{text}.txt" for text in TEXTS), "a\ntouch pwned"]
MODEL = """
include: {project: platform/ml-ops, ref: main, file: .gitlab/model.yml}
stages: [sources, train-and-deploy]
sources: {extends: .sources}
train-and-deploy: {extends: .train-and-deploy}
"""
ML_OPS_JOBS = """
stages: [fetch, check, version, build, package, train, deploy]
include: [{local: .gitlab/job.yml}, {local: .gitlab/road.yml}, {local: .gitlab/docker.yml}]
package: &not_here {rules: [{when: never}]}
train: *not_here
note: *not_here
deploy: *not_here
"""


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """A platform of which only the AWS runs."""
    platform = make_platform(Home(tmp_path / "home"))
    port = platform.identity.ports.aws
    command = [sys.executable, "-m", "local.aws", "--home", str(platform.home.root), "--port", str(port)]
    process = subprocess.Popen(command, cwd=CHECKOUT, env=base_environment(platform.identity))
    wait_for(lambda: listens(port), what="the local AWS")
    renew_actors(platform)
    lay_foundation(platform)
    yield platform
    process.terminate()
    process.wait(60)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A model's repository in which everything that a person names is hostile."""
    repository = Repository.begin(tmp_path / "model")
    for name, text in {
        "model.toml": MODEL_TOML,
        "train.py": "print('train_loss=0.1')\n",
        "inference.py": "def model_fn(model_dir):\n    return model_dir\n",
        ".gitlab-ci.yml": MODEL,
        **dict.fromkeys(NAMES, "data\n"),
    }.items():
        (repository.folder / name).write_text(text)
    repository.git("checkout", "--quiet", "-b", "$(touch${IFS}pwned)")
    repository.git("config", "user.name", "x")
    for text in TEXTS:
        repository.git("add", "--all")
        author = f"--author={text} <{text.replace('<', '')}@example.com>"
        repository.git(
            "commit",
            "--quiet",
            "--allow-empty",
            author,
            "--cleanup",
            "verbatim",
            "-m",
            f"feat: {text}\n\n{text}\n\nMODEL_VERSION=9.9.9",
        )
    repository.tag("$(touch${IFS}pwned)", "v;touch${IFS}pwned")
    return repository


@contextmanager
def _deaf(pipeline: Pipeline, job: Job) -> Iterator[Listener]:
    yield Deaf()


@pytest.fixture
def carrier(platform: Platform) -> Iterator[Carrier]:
    """The local GitLab, listening."""
    try:
        tool = ensure_tool()
    except ToolMissing as error:
        pytest.skip(f"gitlab-ci-local cannot run here: {error}")
    place = place_in(platform.home)
    issuer = issuer_with(place.key, url=place.url)
    with serving(Site(place, issuer)):
        yield Carrier(Worker(platform, place, issuer, tool), told=lambda pipeline: None, listening=_deaf)


def push(carrier: Carrier, platform: Platform, folder: Path, **variables: str) -> Pipeline:
    """Push to both projects and run the pipelines; the record of ml-ops' at its end."""
    place, model = carrier.worker.place, read_model(folder)
    ensure_model(platform, model)
    project = model_project(place, folder)
    register = REGISTER.format(url=place.url, ml_ops=ML_OPS.id, id=project.id, models=f'"{model.project}/{model.name}"')
    instead = {"models.toml": register, ".gitlab-ci.yml": ML_OPS_JOBS}
    Bare(ML_OPS.repository(place)).ensure().take_folder(CHECKOUT, instead=instead)
    sha = Bare(project.repository(place)).ensure().take_commit(folder)
    first = carrier.begin(Start(project, sha, "push", "ana", variables=tuple(variables.items())))
    with suppress(StepFailed):
        carrier.run(first)
    ours = read_pipeline(place, first.id + 1)
    assert ours
    return ours


def test_a_push_whose_every_text_is_a_command_gets_its_version_and_runs_none(
    carrier: Carrier, platform: Platform, repository: Repository, tmp_path: Path
) -> None:
    texts = dict(
        zip(("CI_COMMIT_MESSAGE", "CI_COMMIT_TITLE", "CI_COMMIT_AUTHOR", "CI_COMMIT_REF_NAME"), TEXTS, strict=False)
    )
    ours = push(carrier, platform, repository.folder, **texts)
    assert {job.name: job.status for job in ours.jobs} == dict.fromkeys(["fetch", "check", "version"], Status.SUCCESS)
    checkout = ours.checkout(carrier.worker.place)
    values = read_dotenv(artifacts(checkout, "version") / "build.env")
    assert values["MODEL_VERSION"] == "1.0.0"
    brought = {path.name for path in (artifacts(checkout, "fetch") / "model").iterdir()}
    assert set(NAMES) <= brought
    assert_nothing_was_run(tmp_path)


def test_a_model_path_that_is_a_command_is_refused(
    carrier: Carrier, platform: Platform, repository: Repository, tmp_path: Path
) -> None:
    path = TEXTS[0]
    bridge = f"train-and-deploy: {{extends: .train-and-deploy, variables: {{MODEL_PATH: {json.dumps(path)}}}}}\n"
    files = MODEL.replace("train-and-deploy: {extends: .train-and-deploy}\n", bridge)
    repository.change(".gitlab-ci.yml", files, message="feat: lead astray")
    ours = push(carrier, platform, repository.folder)
    assert {job.name: job.status for job in ours.jobs} == {
        "fetch": Status.FAILED,
        "check": Status.SKIPPED,
        "version": Status.SKIPPED,
    }
    assert f"MODEL_PATH {path!r} is no folder" in ours.log(carrier.worker.place, ours.job("fetch")).read_text()
    assert_nothing_was_run(tmp_path)


def assert_nothing_was_run(folder: Path) -> None:
    assert list(folder.rglob("pwned")) == []
    assert not (CHECKOUT / "pwned").exists()
