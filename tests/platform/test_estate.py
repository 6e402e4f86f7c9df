"""What `up` and `push` make in the local AWS, as Terraform would in the real one."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.actors import INFRASTRUCTURE, renew_actors, session_of
from local.environment import base_environment
from local.errors import AwsRefused
from local.estate.archive import archive
from local.estate.foundation import lay_foundation
from local.estate.function import SOURCES
from local.estate.model import ensure_model, slack_webhook
from local.home import CHECKOUT, Home
from local.platform import Platform, make_platform
from local.prediction import predict_rows
from local.pushed import Pushed
from local.source import Model
from tests.sockets import listens, wait_for

pytestmark = pytest.mark.server

CHURN = Model("retail-eu", "churn", ("a@example.com", "b@example.com"))


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform of which only the AWS runs."""
    platform = make_platform(Home(tmp_path_factory.mktemp("estate")))
    port = platform.identity.ports.aws
    command = [sys.executable, "-m", "local.aws", "--home", str(platform.home.root), "--port", str(port)]
    process = subprocess.Popen(command, cwd=CHECKOUT, env=base_environment(platform.identity))
    wait_for(lambda: listens(port), what="the local AWS")
    renew_actors(platform)
    yield platform
    process.terminate()
    process.wait(60)


def client(platform: Platform, service: str) -> Any:
    session: Any = session_of(platform, INFRASTRUCTURE)
    return session.client(service, endpoint_url=platform.aws_url)


def function(platform: Platform) -> dict[str, Any]:
    answer: dict[str, Any] = client(platform, "lambda").get_function(FunctionName="modelway-trigger-dag")
    return dict(answer["Configuration"])


def test_the_foundation_is_laid_once(platform: Platform) -> None:
    lay_foundation(platform)
    first = function(platform)
    lay_foundation(platform)
    assert function(platform) == first
    assert client(platform, "s3").get_bucket_versioning(Bucket=platform.bucket)["Status"] == "Enabled"


def test_the_function_may_start_the_dags_that_there_are(platform: Platform) -> None:
    lay_foundation(platform)
    made = function(platform)
    assert made["Role"] == "arn:aws:iam::123456789012:role/modelway-trigger-dag"
    assert {"deploy", "train"} <= set(made["Environment"]["Variables"]["ALLOWED_DAGS"].split(","))


def test_changed_code_and_settings_are_brought_up_to_date(platform: Platform) -> None:
    lay_foundation(platform)
    wanted = function(platform)
    lambda_ = client(platform, "lambda")
    lambda_.update_function_code(FunctionName="modelway-trigger-dag", ZipFile=archive(CHECKOUT / "local" / "estate"))
    lambda_.update_function_configuration(FunctionName="modelway-trigger-dag", Timeout=3)
    lay_foundation(platform)
    made = function(platform)
    assert (made["CodeSha256"], made["Timeout"]) == (wanted["CodeSha256"], 60)


def test_the_same_sources_make_the_same_archive(tmp_path: Path) -> None:
    for path in SOURCES.glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert archive(tmp_path) == archive(SOURCES)


def test_a_model_gets_its_repository_topic_and_slack_connection_once(platform: Platform) -> None:
    ensure_model(platform, CHURN)
    ensure_model(platform, CHURN)
    (repository,) = client(platform, "ecr").describe_repositories(repositoryNames=["retail-eu/churn"])["repositories"]
    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert subscribers(platform, "retail-eu") == ["a@example.com", "b@example.com"]
    name = "airflow/connections/modelway_slack_retail_eu"
    secret = client(platform, "secretsmanager").get_secret_value(SecretId=name)
    assert json.loads(secret["SecretString"]) == {
        "conn_type": "slackwebhook",
        "password": slack_webhook(platform, "retail-eu"),
    }


def test_a_project_gets_its_execution_role(platform: Platform) -> None:
    ensure_model(platform, CHURN)
    role = client(platform, "iam").get_role(RoleName="modelway-sagemaker-retail-eu")["Role"]
    assert role["Arn"] == "arn:aws:iam::123456789012:role/modelway-sagemaker-retail-eu"


def test_a_second_model_of_a_project_adds_its_own_addresses(platform: Platform) -> None:
    ensure_model(platform, Model("shop", "churn", ("a@example.com",)))
    ensure_model(platform, Model("shop", "fraud", ("a@example.com", "c@example.com")))
    assert subscribers(platform, "shop") == ["a@example.com", "c@example.com"]


def test_mailboxes_get_mails_and_no_cards_of_slack(platform: Platform) -> None:
    ensure_model(platform, CHURN)
    sns, topic = client(platform, "sns"), "arn:aws:sns:eu-west-1:123456789012:modelway-retail-eu"
    for subscription in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        found = sns.get_subscription_attributes(SubscriptionArn=subscription["SubscriptionArn"])["Attributes"]
        assert json.loads(found["FilterPolicy"]) == {"channel": ["email"]}


def subscribers(platform: Platform, project: str) -> list[str]:
    topic = f"arn:aws:sns:eu-west-1:123456789012:modelway-{project}"
    listed = client(platform, "sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    return sorted(subscription["Endpoint"] for subscription in listed)


def test_a_call_that_aws_refuses_is_told_in_its_words(platform: Platform) -> None:
    never = Pushed("demo", "never", "1.0.0")
    with pytest.raises(AwsRefused, match="GetObject"):
        predict_rows(platform, never, count=1)
