"""Which role a step runs as is the same at a desk and in the GitLab job with the same line."""

from pathlib import Path

import pytest
import yaml

from local.rights import IMAGE, PRODUCTION, TRIGGER, role_of_environment, role_of_step

GITLAB = Path(__file__).parents[2] / ".gitlab"
JOBS = {
    (file.name, name): job
    for file in sorted(GITLAB.glob("*.yml"))
    for name, job in yaml.safe_load(file.read_text()).items()
    if (isinstance(job, dict) and ".aws" in job.get("extends", [])) or name == ".decision"
}
ROLES = {
    "version": IMAGE,
    "lock": IMAGE,
    "package": IMAGE,
    "push": IMAGE,
    "train": TRIGGER,
    "retrain": TRIGGER,
    ".decision": PRODUCTION,
    "bundle": PRODUCTION,
}


def environment_of(job: dict[str, object]) -> str:
    environment = job.get("environment", "")
    return str(environment["name"] if isinstance(environment, dict) else environment)


def test_each_job_with_a_role_has_the_one_that_it_needs() -> None:
    assert {name: role_of_environment(environment_of(job)) for (_, name), job in JOBS.items()} == ROLES


@pytest.mark.parametrize(("file", "name"), JOBS)
def test_a_step_at_a_desk_runs_as_the_role_of_its_job(file: str, name: str) -> None:
    lines = [line.split() for line in JOBS[file, name]["script"]]
    assert {role_of_step(*words[words.index("ci") + 1 :]) for words in lines} == {ROLES[name]}


def test_only_the_jobs_of_an_environment_have_its_role() -> None:
    assert role_of_environment("notes") == role_of_environment("") == IMAGE


def test_only_the_jobs_of_production_bear_a_token_that_its_role_trusts() -> None:
    aws = yaml.safe_load((GITLAB / "job.yml").read_text())[".aws"]
    audiences = {
        name: (job.get("id_tokens") or aws["id_tokens"])["AWS_ID_TOKEN"]["aud"] for (_, name), job in JOBS.items()
    }
    trusted = {name for name, audience in audiences.items() if audience == "modelway-production"}
    assert trusted == {name for name, role in ROLES.items() if role == PRODUCTION}
