"""The rule of a job's role: GitLab's token is exchanged for its credentials, and a job without one has none."""

from pathlib import Path
from typing import Any

NO_KEYS: dict[str, Any] = {
    "AWS_ACCESS_KEY_ID": None,
    "AWS_SECRET_ACCESS_KEY": None,
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
ROLE = {"AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/modelway-gitlab-image"}


def test_a_token_is_exchanged_for_the_role_s_credentials(run: Any, aws: Any) -> None:
    ended = run("bundle", **NO_KEYS, **ROLE, AWS_ID_TOKEN="signed.by.gitlab")
    assert ended.code == 0, ended.err


def test_without_a_token_a_job_has_no_credentials(run: Any, aws: Any) -> None:
    ended = run("bundle", **NO_KEYS, **ROLE)
    assert ended.code == 1
    assert "Unable to locate credentials" in ended.err


def test_the_region_is_aws_region_as_the_aws_cli_has_it(run: Any, aws: Any, model: Path) -> None:
    only = {"AWS_DEFAULT_REGION": None, "AWS_CONFIG_FILE": "/dev/null"}
    assert run("version", "--source", model, **only, AWS_REGION="eu-west-1").code == 0
    missing = run("version", "--source", model, **only, AWS_REGION=None)
    assert missing.code == 1
    assert "specify a region.; set AWS_REGION" in missing.err
