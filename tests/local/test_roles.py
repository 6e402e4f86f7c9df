"""The roles of everybody on the local platform."""

from typing import Any

import pytest

from local.aws.roles import ensure_roles

pytestmark = pytest.mark.server

NAMES = {"modelway-gitlab", "modelway-lambda", "modelway-mwaa", "modelway-sagemaker", "modelway-user"}


def test_each_role_is_there_and_assumed(aws: Any) -> None:
    roles = ensure_roles(aws.endpoint_url, "eu-west-1")
    assert set(roles) == NAMES
    for name, keys in roles.items():
        as_dict = {
            "AccessKeyId": keys.access_key_id,
            "SecretAccessKey": keys.secret_access_key,
            "SessionToken": keys.session_token,
        }
        arn = aws.client("sts", credentials=as_dict).get_caller_identity()["Arn"]
        assert arn.startswith(f"arn:aws:sts::123456789012:assumed-role/{name}/")


def test_a_second_start_keeps_the_roles(aws: Any) -> None:
    iam = aws.client("iam")
    ensure_roles(aws.endpoint_url, "eu-west-1")
    before = {role["RoleName"]: role["RoleId"] for role in iam.list_roles()["Roles"]}
    ensure_roles(aws.endpoint_url, "eu-west-1")
    assert {role["RoleName"]: role["RoleId"] for role in iam.list_roles()["Roles"]} == before


def test_the_services_that_use_a_role_are_trusted(aws: Any) -> None:
    ensure_roles(aws.endpoint_url, "eu-west-1")
    trust = aws.client("iam").get_role(RoleName="modelway-mwaa")["Role"]["AssumeRolePolicyDocument"]
    trusted = {statement["Principal"]["Service"] for statement in trust["Statement"]}
    assert trusted == {"airflow.amazonaws.com", "airflow-env.amazonaws.com"}


def test_the_credentials_are_ready_for_an_environment(aws: Any) -> None:
    keys = ensure_roles(aws.endpoint_url, "eu-west-1")["modelway-user"]
    assert set(keys.environment()) == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
