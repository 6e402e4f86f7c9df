"""What a project's jobs run as is what the environment's options say of it."""

import pytest

from modelway.errors import ModelwayError
from modelway.tasks.settings import SlackRoute, read_settings

ROLE = "arn:aws:iam::123456789012:role/modelway-sagemaker"
KEY = "arn:aws:kms:eu-west-1:123456789012:alias/modelway"


def test_each_project_has_its_own_role_and_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__MODELWAY__ROLE_ARN", f"{ROLE}-{{project}}")
    monkeypatch.setenv("AIRFLOW__MODELWAY__KMS_KEY", f"{KEY}-{{project}}")
    churn, demo = read_settings().account("churn-eu"), read_settings().account("demo")
    assert (churn.role_arn, churn.kms_key) == (f"{ROLE}-churn-eu", f"{KEY}-churn-eu")
    assert (demo.role_arn, demo.kms_key) == (f"{ROLE}-demo", f"{KEY}-demo")


def test_a_role_without_a_project_in_it_is_everybodys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__MODELWAY__ROLE_ARN", ROLE)
    assert {read_settings().account(project).role_arn for project in ("churn", "demo")} == {ROLE}


def test_without_a_key_the_buckets_own_encryption_holds() -> None:
    assert read_settings().account("demo").kms_key == ""


def test_cards_go_by_the_webhook_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().slack is SlackRoute.WEBHOOK
    monkeypatch.setenv("AIRFLOW__MODELWAY__SLACK", "topic")
    assert read_settings().slack is SlackRoute.TOPIC


def test_an_unknown_way_to_slack_is_told_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__MODELWAY__SLACK", "pigeon")
    with pytest.raises(ModelwayError, match=r"slack is 'pigeon'; use 'webhook' or 'topic'"):
        read_settings()


def test_a_machine_is_waited_for_six_hours_and_costs_what_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (read_settings().patience_seconds, read_settings().instance_prices) == (6 * 3600, {})
    monkeypatch.setenv("AIRFLOW__MODELWAY__INSTANCE_PRICES", '{"ml.m5.large": 0.128}')
    assert read_settings().instance_prices == {"ml.m5.large": 0.128}


@pytest.mark.parametrize("prices", ["0.128", '{"ml.m5.large": -1}', "{ml.m5.large: 1}"])
def test_prices_that_cannot_be_are_told_with_an_example(monkeypatch: pytest.MonkeyPatch, prices: str) -> None:
    monkeypatch.setenv("AIRFLOW__MODELWAY__INSTANCE_PRICES", prices)
    with pytest.raises(ModelwayError, match=r'instance_prices is .* such as \{"ml.m5.large": 0.128\}'):
        read_settings()
