"""What reaches the platform's processes, and what does not."""

import json
from pathlib import Path

import pytest

from local.airflow import airflow_environment
from local.environment import aws_environment, base_environment
from local.home import Home
from local.platform import Platform, make_platform

LEAKS = {
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AIRFLOW_HOME": "/real",
    "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONPATH": "/real",
}


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return make_platform(Home(tmp_path))


@pytest.mark.parametrize("name", LEAKS)
def test_a_user_s_own_settings_do_not_leak_in(platform: Platform, name: str) -> None:
    assert name not in base_environment(platform.identity, LEAKS)


def test_a_proxy_is_kept_for_the_world_and_not_used_for_this_machine(platform: Platform) -> None:
    environment = base_environment(platform.identity, {"HTTPS_PROXY": "http://proxy", "NO_PROXY": "example.com"})
    assert environment["HTTPS_PROXY"] == "http://proxy"
    assert environment["NO_PROXY"] == "example.com,127.0.0.1,localhost"


def test_no_aws_call_can_reach_a_real_account(platform: Platform) -> None:
    environment = aws_environment(platform.identity, {})
    assert environment["AWS_ENDPOINT_URL"] == platform.aws_url
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"


def test_new_dags_are_paused_as_on_mwaa_so_that_ours_must_unpause_themselves(platform: Platform) -> None:
    assert "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION" not in airflow_environment(platform, {})


def test_only_our_connections_are_looked_up_in_secrets_manager(platform: Platform) -> None:
    kwargs = json.loads(airflow_environment(platform, {})["AIRFLOW__SECRETS__BACKEND_KWARGS"])
    assert kwargs == {
        "connections_prefix": "airflow/connections",
        "connections_lookup_pattern": "^modelway_",
        "variables_prefix": None,
        "config_prefix": None,
    }


def test_the_bundle_s_settings_name_this_platform(platform: Platform) -> None:
    environment = airflow_environment(platform, {})
    settings = {name: value for name, value in environment.items() if name.startswith("AIRFLOW__MODELWAY__")}
    assert settings == {
        "AIRFLOW__MODELWAY__BUCKET": "modelway-local-123456789012",
        "AIRFLOW__MODELWAY__ROLE_ARN": "arn:aws:iam::123456789012:role/modelway-sagemaker-{project}",
        "AIRFLOW__MODELWAY__TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:modelway-{project}",
        "AIRFLOW__MODELWAY__POLL_SECONDS": "1",
        "AIRFLOW__MODELWAY__LINGER_SECONDS": "10",
        "AIRFLOW__MODELWAY__ENVIRONMENT": "local",
        "AIRFLOW__MODELWAY__SLOTS": '{"demo": 4}',
        "AIRFLOW__MODELWAY__INSTANCE_PRICES": '{"ml.m5.large": 0.128}',
        "AIRFLOW__MODELWAY__CONSOLE_URL": f"{platform.aws_url}/-/eu-west-1/{{kind}}/{{name}}",
        "AIRFLOW__MODELWAY__MWAA_ENVIRONMENT": "modelway",
        "AIRFLOW__MODELWAY__OWNER_URL": platform.inbox_url,
    }
