"""The rule of a job's role: GitLab's token is exchanged for its credentials, and a job without one has none."""

from typing import Any

NO_KEYS: dict[str, Any] = {
    "AWS_ACCESS_KEY_ID": None,
    "AWS_SECRET_ACCESS_KEY": None,
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
ROLE = {"AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/modelway-gitlab"}


def test_a_token_is_exchanged_for_the_role_s_credentials(run: Any, aws: Any) -> None:
    ended = run("bundle", **NO_KEYS, **ROLE, AWS_ID_TOKEN="signed.by.gitlab")
    assert ended.code == 0, ended.err


def test_without_a_token_a_job_has_no_credentials(run: Any, aws: Any) -> None:
    ended = run("bundle", **NO_KEYS, **ROLE)
    assert ended.code == 1
    assert "Unable to locate credentials" in ended.err
