"""The rules of `plan` and `apply`, with Terraform on a local AWS: what was looked at is what happens, or nothing."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ci.planned import Folder, Planned, commit_of, file_sum
from tests.ci.infrastructure import BUCKET, PARAMETER, STATE, Infrastructure, infrastructure_in

SECRET = "correct-horse"


@pytest.fixture
def tiny(tmp_path: Path, run: Any) -> Infrastructure:
    """A repository with a root, of which nothing has been made."""
    made = infrastructure_in(tmp_path, run)
    made.commit(BUCKET)
    return made


@pytest.fixture
def applied(aws: Any, tiny: Infrastructure) -> Infrastructure:
    """The same on the local AWS, applied once."""
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not on PATH; install 1.11 or later from https://developer.hashicorp.com/terraform")
    _forget(aws)
    tiny.commit(BUCKET, PARAMETER % SECRET)
    planned = tiny.run("plan")
    if "could not connect to" in planned.err or "Failed to query available provider packages" in planned.err:
        pytest.skip(f"no registry is reachable and TF_PLUGIN_DIR names no folder of plugins: {planned.err}")
    assert planned.code == 0, planned.err
    assert "dev: 2 to create\n" in planned.out
    assert json.loads((tiny.plans / "dev.json").read_text()) == {"create": 2, "update": 0, "delete": 0}
    made = tiny.run("apply")
    assert made.code == 0, made.err
    assert "dev: 2 created\n  create aws_s3_bucket.data\n" in made.out
    return tiny


def _forget(aws: Any) -> None:
    """An empty state, and nothing of what earlier tests have made."""
    s3, ssm = aws.client("s3"), aws.client("ssm")
    for name in [each["Name"] for each in s3.list_buckets()["Buckets"] if each["Name"].startswith("modelway-tiny")]:
        s3.delete_bucket(Bucket=name)
    for each in ssm.describe_parameters()["Parameters"]:
        ssm.delete_parameter(Name=each["Name"])
    if STATE not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=STATE, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for found in s3.list_objects_v2(Bucket=STATE).get("Contents", []):
        s3.delete_object(Bucket=STATE, Key=found["Key"])


def _buckets(aws: Any) -> list[str]:
    names = [each["Name"] for each in aws.client("s3").list_buckets()["Buckets"]]
    return [name for name in names if name.startswith("modelway-tiny")]


@pytest.mark.terraform
def test_what_is_applied_is_there_and_the_next_plan_is_empty(aws: Any, applied: Infrastructure) -> None:
    assert _buckets(aws) == ["modelway-tiny-dev"]
    again = applied.run("plan")
    assert again.code == 0
    assert again.out.startswith("dev: nothing to change\n")
    assert json.loads((applied.plans / "dev.json").read_text()) == {"create": 0, "update": 0, "delete": 0}
    assert "**dev: nothing to change**" in (applied.plans / "dev.md").read_text()


@pytest.mark.terraform
def test_a_plan_that_the_state_has_overtaken_is_refused(aws: Any, applied: Infrastructure) -> None:
    twice = applied.run("apply")
    assert twice.code == 5
    assert "run the plan job again" in twice.err
    assert "Saved plan is stale" in twice.err
    assert _buckets(aws) == ["modelway-tiny-dev"]


@pytest.mark.terraform
def test_a_bucket_that_goes_stands_first_and_a_secret_nowhere(aws: Any, applied: Infrastructure) -> None:
    applied.commit(PARAMETER % "battery-staple")
    planned = applied.run("plan")
    assert planned.out.startswith("dev: DATA GOES with 1 of these changes:\n  delete aws_s3_bucket.data: its objects\n")
    summary = (applied.plans / "dev.md").read_text()
    assert summary.startswith("**\N{WARNING SIGN} dev: data goes with 1 of these changes**\n\n- **delete**")
    assert "aws_ssm_parameter.password" in summary
    for text in (planned.out, planned.err, summary, (applied.plans / "dev.planned.json").read_text()):
        assert SECRET not in text
        assert "battery-staple" not in text
    assert applied.run("apply").code == 0
    assert _buckets(aws) == []


@pytest.mark.terraform
def test_what_terraform_says_of_a_mistake_is_told(aws: Any, applied: Infrastructure) -> None:
    applied.commit('resource "aws_s3_bucket" "data" {\n  bukket = "x"\n}\n')
    ended = applied.run("plan")
    assert ended.code == 1
    assert "terraform plan of dev failed" in ended.err
    assert 'An argument named "bukket" is not expected here' in ended.err


def _left(tiny: Infrastructure, **changed: Any) -> Planned:
    """Leave files as `plan` does."""
    folder = Folder(tiny.plans, "dev")
    tiny.plans.mkdir()
    folder.plan.write_bytes(b"a plan")
    right = {"environment": "dev", "commit": commit_of(tiny.root), "digest": "sha256:1", "archives": {}}
    return Planned(**(right | {"file": file_sum(folder.plan)} | changed)).leave(folder)


def test_without_a_plan_nothing_is_applied(tiny: Infrastructure) -> None:
    ended = tiny.run("apply")
    assert ended.code == 4
    assert "there is no plan of dev; run the plan job" in ended.err


def test_another_environment_s_plan_is_refused(tiny: Infrastructure) -> None:
    _left(tiny, environment="stage")
    ended = tiny.run("apply")
    assert ended.code == 5
    assert "the plan is of stage, not of dev" in ended.err


def test_another_commit_s_plan_is_refused(tiny: Infrastructure) -> None:
    left = _left(tiny)
    tiny.commit(PARAMETER % SECRET)
    ended = tiny.run("apply")
    assert ended.code == 5
    assert f"the plan is of commit {left.commit[:8]}, and this is {commit_of(tiny.root)[:8]}" in ended.err


def test_a_plan_of_files_that_no_commit_has_is_refused(tiny: Infrastructure) -> None:
    (tiny.root / "main.tf").write_text("")
    _left(tiny)
    ended = tiny.run("apply")
    assert ended.code == 5
    assert "-dirty; commit them, plan again" in ended.err


def test_a_plan_that_was_swapped_is_refused(tiny: Infrastructure) -> None:
    _left(tiny)
    (tiny.plans / "dev.tfplan").write_bytes(b"another plan")
    ended = tiny.run("apply")
    assert ended.code == 5
    assert "dev.tfplan is not the file that `plan` has left" in ended.err


def test_other_zip_files_than_the_planned_ones_are_refused(tiny: Infrastructure) -> None:
    _left(tiny, archives={"plugins.zip": "0" * 64})
    ended = tiny.run("apply")
    assert ended.code == 5
    assert "plugins.zip" in ended.err
    assert "give both jobs one image" in ended.err


def test_a_damaged_record_is_refused(tiny: Infrastructure) -> None:
    _left(tiny)
    (tiny.plans / "dev.planned.json").write_text("{")
    ended = tiny.run("apply")
    assert ended.code == 2
    assert "is not what `plan` leaves" in ended.err


@pytest.mark.parametrize("name", ["plan", "apply"])
def test_an_environment_has_to_be_one_of_the_root_s(tiny: Infrastructure, name: str) -> None:
    ended = tiny.run(name, "../prod")
    assert ended.code == 2
    assert "use one of dev, stage" in ended.err


def test_a_job_without_terraform_is_told_which_image_has_it(tiny: Infrastructure, tmp_path: Path) -> None:
    git = shutil.which("git")
    assert git
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(git)
    ended = tiny.run("plan", PATH=str(tmp_path / "bin"))
    assert ended.code == 2
    assert "MODELWAY_TERRAFORM_IMAGE" in ended.err
