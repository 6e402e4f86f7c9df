"""The rules of `plan` and `apply`, with Terraform on a local AWS: what was looked at is what happens, or nothing."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ci.planned import Folder, Planned, commit_of, file_sum
from tests.ci.conftest import Ended, LocalAws
from tests.ci.infrastructure import BUCKET, PARAMETER, STATE, Infrastructure, infrastructure_in, process
from tests.provider import WHY, is_out_of_reach

SECRET, OTHER = "correct-horse", "battery-staple"


@pytest.fixture
def tiny(tmp_path: Path, run: Any) -> Infrastructure:
    """A repository with a root, of which nothing has been made."""
    made = infrastructure_in(tmp_path, run)
    made.commit(BUCKET)
    return made


@dataclass(frozen=True)
class Story:
    """How each command ended, in the order in which they ran, and which buckets there were then."""

    planned: Ended
    mistaken: Ended
    applied: Ended
    made: list[str]
    applied_twice: Ended
    planned_again: Ended
    empty: str
    planned_loss: Ended
    loss: str


@pytest.fixture(scope="module")
def story(running_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A root's life: with a mistake, made, made again, and without its bucket."""
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not on PATH; install 1.11 or later from https://developer.hashicorp.com/terraform")
    running_aws.client("s3").create_bucket(Bucket=STATE, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    tiny = infrastructure_in(tmp_path_factory.mktemp("tiny"), process(running_aws.environment))
    tiny.commit("resource {")
    mistaken = tiny.run("plan")
    tiny.commit(BUCKET, PARAMETER % SECRET)
    planned = tiny.run("plan")
    if is_out_of_reach(planned.err):
        pytest.skip(f"{WHY}: {planned.err}")
    applied, made = tiny.run("apply"), buckets(running_aws)
    twice, again, empty = tiny.run("apply"), tiny.run("plan"), tiny.left()
    tiny.commit(PARAMETER % OTHER)
    return Story(planned, mistaken, applied, made, twice, again, empty, tiny.run("plan"), tiny.left())


def buckets(aws: LocalAws) -> list[str]:
    """Those that the root has made."""
    names = [each["Name"] for each in aws.client("s3").list_buckets()["Buckets"]]
    return [name for name in names if name.startswith("modelway-tiny")]


@pytest.mark.terraform
@pytest.mark.slow
def test_a_plan_says_how_much_and_an_apply_what_was_made(story: Story) -> None:
    assert story.planned.code == 0, story.planned.err
    assert story.planned.out.startswith("dev: 2 to create\nplan sha256:")
    assert story.applied.code == 0, story.applied.err
    assert "dev: 2 created\n  created aws_s3_bucket.data\n  created aws_ssm_parameter" in story.applied.out
    assert story.made == ["modelway-tiny-dev"]


@pytest.mark.terraform
@pytest.mark.slow
def test_a_plan_that_the_state_has_overtaken_is_refused(story: Story) -> None:
    assert story.applied_twice.code == 5
    assert "run the plan job again" in story.applied_twice.err
    assert "Saved plan is stale" in story.applied_twice.err


@pytest.mark.terraform
@pytest.mark.slow
def test_the_second_plan_is_empty_and_ends_with_0_too(story: Story) -> None:
    assert story.planned_again.code == 0
    assert story.planned_again.out.startswith("dev: nothing to change\n")
    assert "**dev: nothing to change**" in story.empty
    assert '{"create": 0, "update": 0, "delete": 0}' in story.empty


@pytest.mark.terraform
@pytest.mark.slow
def test_a_bucket_that_goes_stands_first(story: Story) -> None:
    first = "dev: DATA GOES with 1 of these changes:\n  delete aws_s3_bucket.data: its objects\ndev: 1 to change, 1 to"
    assert story.planned_loss.out.startswith(first)
    assert "**\N{WARNING SIGN} dev: data goes with 1 of these changes**\n\n- **delete**" in story.loss
    assert '{"create": 0, "update": 1, "delete": 1}' in story.loss


@pytest.mark.terraform
@pytest.mark.slow
def test_a_secret_is_named_and_never_shown(story: Story) -> None:
    assert "`aws_ssm_parameter.password`: `" in story.loss
    ended = (story.planned, story.applied, story.planned_loss)
    for text in (story.loss, story.empty, *(each.out + each.err for each in ended)):
        assert SECRET not in text
        assert OTHER not in text


@pytest.mark.terraform
@pytest.mark.slow
def test_what_terraform_says_of_a_mistake_is_told(story: Story) -> None:
    assert story.mistaken.code == 1
    assert "terraform init of dev failed; Terraform says:" in story.mistaken.err
    assert "main.tf line" in story.mistaken.err


def _left(tiny: Infrastructure, **changed: Any) -> Planned:
    """Leave files as `plan` does."""
    folder = Folder(tiny.plans, "dev")
    tiny.plans.mkdir()
    folder.plan.write_bytes(b"a plan")
    right = {"environment": "dev", "commit": commit_of(tiny.root), "digest": "sha256:1", "archives": {}, "changes": ()}
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
