"""The rules of pipelines, on the real gitlab-ci-local: what it leaves out between jobs and between projects is here."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import jwt
import pytest

from local.errors import StepFailed
from local.gitlab.carrier import Carrier, Start
from local.gitlab.issuer import issuer_with
from local.gitlab.pipeline import Job, Pipeline, Status, read_pipeline
from local.gitlab.place import Place, place_in
from local.gitlab.project import ML_OPS, Project, model_project
from local.gitlab.repository import Repository
from local.gitlab.server import Site, serving
from local.gitlab.tool import ToolMissing, ensure_tool
from local.gitlab.worker import Worker
from local.home import Home
from local.platform import make_platform
from local.run import Deaf, Listener

pytestmark = pytest.mark.server


@dataclass
class GitLab:
    """Two projects, whose files a test writes; pipelines in the order in which they began."""

    carrier: Carrier
    model: Project
    folders: dict[Project, Path]
    begun: list[Pipeline] = field(default_factory=list)

    def push(self, model: str, ml_ops: str = "") -> Pipeline:
        """Push both files and run the model's pipeline; its record at the end, failed or not."""
        for project, text in ((self.model, model), (ML_OPS, ml_ops)):
            (self.folders[project] / ".gitlab-ci.yml").write_text(text)
            Repository(project.repository(self.place)).ensure().take_folder(self.folders[project])
        sha = Repository(self.model.repository(self.place)).head
        self.carrier.run(self.carrier.begin(Start(self.model, sha, "push", "ana")))
        return self.record(0)

    @property
    def place(self) -> Place:
        return self.carrier.worker.place

    def record(self, number: int) -> Pipeline:
        found = read_pipeline(self.carrier.worker.place, self.begun[number].id)
        assert found
        return found

    def log(self, number: int, job: str) -> str:
        pipeline = self.record(number)
        return pipeline.log(self.carrier.worker.place, pipeline.job(job)).read_text()


def statuses(pipeline: Pipeline) -> dict[str, str]:
    return {job.name: job.status for job in pipeline.jobs}


@pytest.fixture
def gitlab(tmp_path: Path) -> Iterator[GitLab]:
    try:
        tool = ensure_tool()
    except ToolMissing as error:
        pytest.skip(f"gitlab-ci-local cannot run here: {error}")
    platform = make_platform(Home(tmp_path / "home"))
    place = place_in(platform.home)
    folders = {name: tmp_path / name for name in ("model", "ml-ops")}
    for folder in folders.values():
        folder.mkdir()
    model = model_project(place, folders["model"])
    issuer = issuer_with(place.key, url=place.url)
    begun: list[Pipeline] = []

    @contextmanager
    def deaf(pipeline: Pipeline, job: Job) -> Iterator[Listener]:
        yield Deaf()

    told: Callable[[Pipeline], None] = begun.append
    carrier = Carrier(Worker(platform, place, issuer, tool), told=told, listening=deaf)
    with serving(Site(place, issuer)):
        yield GitLab(carrier, model, {model: folders["model"], ML_OPS: folders["ml-ops"]}, begun)


BRIDGE = """
stages: [a, b]
say it:
  stage: a
  id_tokens: {PROOF: {aud: modelway}}
  script:
    - echo "PROOF_OF=$PROOF" > out.env
    - echo "outside=$OUTSIDE token=${CI_JOB_TOKEN:+given}"
  artifacts: {reports: {dotenv: out.env}}
bridge:
  stage: b
  needs: [say it]
  inherit: {variables: false}
  variables: {UPSTREAM: $CI_PROJECT_PATH, MODEL_ID_TOKEN: $PROOF_OF}
  trigger: {project: platform/ml-ops, branch: main, strategy: depend}
"""
ML_OPS_JOBS = """
stages: [a, b]
workflow: {rules: [{if: $CI_PIPELINE_SOURCE == "pipeline"}]}
look:
  stage: a
  script: ['echo "upstream=$UPSTREAM role=$AWS_ROLE_ARN proof=$MODEL_ID_TOKEN aws=${AWS_ID_TOKEN:-none}"']
press:
  stage: b
  when: manual
  allow_failure: true
  environment: production
  script: ["echo pressed by ${AWS_ROLE_ARN##*/}"]
"""


def test_a_bridge_starts_the_other_project_s_pipeline_with_its_variables_and_a_signed_proof(
    gitlab: GitLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "OUTSIDE", "the desk's")
    above = gitlab.push(BRIDGE, ML_OPS_JOBS)
    assert statuses(above) == {"say it": "success", "bridge": "success"}
    assert gitlab.log(0, "say it") == "outside= token=given\n"
    below = gitlab.record(1)
    assert (below.project, below.source, statuses(below)) == (
        ML_OPS,
        "pipeline",
        {"look": "success", "press": "manual"},
    )
    said = dict(word.split("=", 1) for word in gitlab.log(1, "look").split())
    assert (said["upstream"], said["aws"]) == ("team/model", "none")
    assert said["role"].endswith(":role/modelway-gitlab-image")
    claims = jwt.decode(said["proof"], options={"verify_signature": False})
    assert (claims["project_path"], claims["sha"], claims["user_login"]) == ("team/model", above.sha, "ana")
    assert claims["job_id"] == str(above.job("say it").id)


def test_the_button_runs_its_job_when_it_is_pressed_as_the_role_of_its_environment(gitlab: GitLab) -> None:
    gitlab.push(BRIDGE, ML_OPS_JOBS)
    below = gitlab.record(1)
    pressed = gitlab.carrier.run_job(below, below.job("press"))
    assert pressed.job("press").status is Status.SUCCESS
    assert gitlab.log(1, "press") == "pressed by modelway-gitlab-production\n"


def test_a_failure_below_is_the_bridge_s_and_what_comes_later_is_skipped(gitlab: GitLab) -> None:
    later = "stages: [a, b]\nfirst: {stage: a, script: [echo why, exit 7]}\nlater: {stage: b, script: [echo no]}\n"
    with pytest.raises(StepFailed, match="job first failed with 7") as error:
        gitlab.push(BRIDGE, later)
    assert error.value.exit_code == 7
    assert error.value.__notes__ == ["why"]
    assert statuses(gitlab.record(1)) == {"first": "failed", "later": "skipped"}
    assert statuses(gitlab.record(0)) == {"say it": "success", "bridge": "failed"}


MIXED = """
stages: [a, b, c]
warned: {stage: a, script: [exit 3], allow_failure: {exit_codes: 3}}
gate: {stage: b, when: manual, allow_failure: false, script: [echo no]}
behind: {stage: c, script: [echo no]}
"""


def test_a_manual_job_that_may_not_fail_blocks_and_an_allowed_failure_does_not(gitlab: GitLab) -> None:
    found = statuses(gitlab.push(MIXED))
    assert found == {"warned": "success with warnings", "gate": "manual", "behind": "created"}
