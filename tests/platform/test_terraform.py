"""What a desk tells of an apply, and which homes Terraform may make a platform in."""

import json
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from local.errors import StepFailed, TerraformMissing, TerraformRefused
from local.home import Home
from local.platform import Platform, make_platform
from local.terraform.applying import choose_terraform
from local.terraform.progress import Progress
from local.terraform.root import terraform
from local.terraform_record import read_terraform


class Heard:
    """A timeline that keeps what it is told."""

    def __init__(self) -> None:
        self.details: list[str] = []

    def line(self, event: str, detail: str = "") -> None:
        """Nothing of interest."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """A stage like any other."""
        return nullcontext()

    def tell(self, name: str, *, detail: str | None = None) -> None:
        """Keep it."""
        self.details.append(f"{name}: {detail}")


def summary(operation: str, **counts: int) -> str:
    changes = {"add": 0, "change": 0, "remove": 0} | counts | {"operation": operation}
    return json.dumps({"type": "change_summary", "changes": changes})


def done(action: str, address: str) -> str:
    return json.dumps({"type": "apply_complete", "hook": {"action": action, "resource": {"addr": address}}})


def test_an_apply_is_counted_by_what_it_changes() -> None:
    timeline = Heard()
    progress = Progress(timeline)
    for line in (
        summary("plan", add=2, change=1),
        done("read", "data.aws_region.here"),
        done("create", "aws_s3_bucket.platform"),
        done("update", "aws_lambda_function.trigger"),
        summary("apply", add=2, change=1),
    ):
        progress.hear(line)
    assert timeline.details == [
        "terraform: 1 of 3: aws_s3_bucket.platform",
        "terraform: 2 of 3: aws_lambda_function.trigger",
    ]
    assert progress.summary == "2 made, 1 changed"


def test_an_apply_without_a_change_says_so() -> None:
    progress = Progress(Heard())
    progress.hear(summary("apply"))
    assert progress.summary == "nothing to change"


def test_a_failed_apply_tells_terraforms_own_words_and_what_a_dying_program_says() -> None:
    progress = Progress(Heard())
    trouble = {"severity": "error", "address": "aws_sns_topic.project", "summary": "no such key", "detail": "Make it."}
    for diagnostic in (trouble, {"severity": "warning", "summary": "deprecated", "detail": ""}):
        progress.hear(json.dumps({"type": "diagnostic", "diagnostic": diagnostic}))
    progress.hear("panic: out of memory")
    error = StepFailed("terraform apply failed with 1")
    error.add_note("lines of JSON")
    progress.explain(error)
    assert error.__notes__ == ["aws_sns_topic.project: no such key\nMake it.", "panic: out of memory"]


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """A platform that was never started, on a machine with some terraform."""
    program = tmp_path / "bin" / "terraform"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    return make_platform(Home(tmp_path / "home"))


def test_a_new_home_is_one_environment_s_for_good(platform: Platform) -> None:
    choose_terraform(platform, "dev", was_started=False)
    choose_terraform(platform, "dev", was_started=True)
    record = read_terraform(platform.home.root)
    assert record is not None
    assert (record.environment, record.is_applied) == ("dev", False)
    with pytest.raises(TerraformRefused, match="is dev, and a platform is one environment"):
        choose_terraform(platform, "prod", was_started=True)


def test_a_platform_that_was_made_without_terraform_keeps_its_names(platform: Platform) -> None:
    with pytest.raises(TerraformRefused, match="was made without Terraform, whose names it holds"):
        choose_terraform(platform, "dev", was_started=True)
    assert read_terraform(platform.home.root) is None


def test_without_terraform_nothing_is_begun(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(TerraformMissing, match=r"not on PATH; install 1\.11"):
        choose_terraform(platform, "dev", was_started=False)
    assert read_terraform(platform.home.root) is None
    with pytest.raises(TerraformMissing):
        terraform()
