"""The roles of everybody on the local platform."""

from typing import Any

import pytest

from local.aws.roles import RoleSpec, ensure_role, ensure_roles, sagemaker_role, trust_policy

pytestmark = pytest.mark.server

NAMES = {
    "modelway-infrastructure",
    "modelway-gitlab-image",
    "modelway-gitlab-trigger",
    "modelway-gitlab-production",
    "modelway-trigger-dag",
    "modelway-mwaa",
    "modelway-user",
}


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


def test_a_role_that_somebody_else_has_made_is_left_alone(aws: Any) -> None:
    iam = aws.client("iam")
    theirs = RoleSpec("modelway-theirs", trusted=(("Service", "lambda.amazonaws.com"),), actions=("s3:*",))
    iam.create_role(RoleName="modelway-theirs", AssumeRolePolicyDocument=trust_policy(theirs, account="123456789012"))
    assert ensure_role(iam, theirs, account="123456789012") == "arn:aws:iam::123456789012:role/modelway-theirs"
    assert iam.list_role_policies(RoleName="modelway-theirs")["PolicyNames"] == []


def test_each_project_has_an_execution_role_that_sagemaker_may_take(aws: Any) -> None:
    iam = aws.client("iam")
    assert ensure_role(iam, sagemaker_role("churn-eu"), account="123456789012").endswith("/modelway-sagemaker-churn-eu")
    trust = iam.get_role(RoleName="modelway-sagemaker-churn-eu")["Role"]["AssumeRolePolicyDocument"]
    assert [statement["Principal"]["Service"] for statement in trust["Statement"]] == ["sagemaker.amazonaws.com"]


def test_the_services_that_use_a_role_are_trusted(aws: Any) -> None:
    ensure_roles(aws.endpoint_url, "eu-west-1")
    trust = aws.client("iam").get_role(RoleName="modelway-mwaa")["Role"]["AssumeRolePolicyDocument"]
    trusted = {statement["Principal"]["Service"] for statement in trust["Statement"]}
    assert trusted == {"airflow.amazonaws.com", "airflow-env.amazonaws.com"}


def test_the_credentials_are_ready_for_an_environment(aws: Any) -> None:
    keys = ensure_roles(aws.endpoint_url, "eu-west-1")["modelway-user"]
    assert set(keys.environment()) == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
