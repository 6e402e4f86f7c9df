"""The rules of the function that takes cards to Slack, on a Slack that listens and the local Secrets Manager."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote
from uuid import uuid4

import pytest

from local.aws.roles import RoleSpec, ensure_role
from local.estate.archive import archive
from tests.local.conftest import LocalAws
from tests.sockets import wait_for

pytestmark = pytest.mark.server

SOURCES = Path(__file__).parents[2] / "lambda"
CARD = {"text": "demo/churn 1.4.0 trained: better", "blocks": [{"type": "divider"}]}


@dataclass
class Slack:
    """What each path was sent, and the troubles that it answers first: a status, and seconds to wait."""

    url: str
    taken: dict[str, list[Any]] = field(default_factory=dict)
    troubles: dict[str, list[tuple[int, str]]] = field(default_factory=dict)


class Hook(BaseHTTPRequestHandler):
    """Slack's incoming webhook."""

    slack: ClassVar[Slack]

    def do_POST(self) -> None:
        """Take a card, or answer the next trouble."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.slack.taken.setdefault(self.path, []).append(body)
        status, retry_after = self._next()
        self.send_response(status)
        self.send_header("Location", f"{self.slack.url}/elsewhere")
        self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(b"ok" if status == 200 else b"invalid_blocks" if status == 400 else b"no")

    def _next(self) -> tuple[int, str]:
        waiting = self.slack.troubles.get(self.path)
        return waiting.pop(0) if waiting else (200, "")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Stay silent."""


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        server.daemon_threads = True
        Hook.slack = Slack(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield Hook.slack
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    server = LocalAws(tmp_path_factory.mktemp("home")).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def relay(slack: Slack, aws: LocalAws, running_function: Callable[..., AbstractContextManager[Any]]) -> Iterator[Any]:
    """The function, warm."""
    variables = {"AWS_ENDPOINT_URL": aws.endpoint_url, "SLACK_ORIGIN": slack.url, "NO_PROXY": "127.0.0.1"}
    with running_function(sys.executable, endpoint=aws.endpoint_url, module="slack_relay", **variables) as started:
        yield started


@dataclass(frozen=True)
class Project:
    """A project with a webhook of its own."""

    name: str
    path: str
    slack: Slack
    aws: LocalAws

    def connect(self, value: str) -> None:
        """Keep the connection as Airflow reads it."""
        name = f"airflow/connections/modelway_slack_{self.name.replace('-', '_')}"
        secrets = self.aws.client("secretsmanager")
        try:
            secrets.create_secret(Name=name, SecretString=value)
        except secrets.exceptions.ResourceExistsException:
            secrets.put_secret_value(SecretId=name, SecretString=value)

    @property
    def taken(self) -> list[Any]:
        return self.slack.taken.get(self.path, [])

    def event(self, message: str = json.dumps(CARD)) -> dict[str, Any]:
        """What SNS sends."""
        topic = f"arn:aws:sns:eu-west-1:123456789012:modelway-{self.name}"
        return {"Records": [{"EventSource": "aws:sns", "Sns": {"TopicArn": topic, "Message": message}}]}


@pytest.fixture
def project(slack: Slack, aws: LocalAws) -> Project:
    name = f"churn-{uuid4().hex[:8]}"
    made = Project(name, f"/services/T1/B1/{name}", slack, aws)
    made.connect(json.dumps({"conn_type": "slackwebhook", "password": f"{slack.url}{made.path}"}))
    return made


def test_a_card_is_posted_to_its_projects_webhook(relay: Any, project: Project) -> None:
    assert relay.invoke(project.event()) == {"delivered": 1}
    assert project.taken == [CARD]


def test_a_connection_may_be_written_as_a_uri(relay: Any, project: Project) -> None:
    project.connect(f"slackwebhook://:{quote(project.slack.url + project.path, safe='')}@/")
    assert relay.invoke(project.event()) == {"delivered": 1}
    assert project.taken == [CARD]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again(relay: Any, project: Project, status: int) -> None:
    project.slack.troubles[project.path] = [(status, "0"), (status, "")]
    assert relay.invoke(project.event()) == {"delivered": 1}
    assert project.taken == [CARD] * 3


def test_a_rate_limit_longer_than_the_time_left_fails_so_that_lambda_sends_it_again(
    relay: Any, project: Project
) -> None:
    project.slack.troubles[project.path] = [(429, "600")]
    answer = relay.invoke(project.event(), milliseconds=30_000)
    assert answer["errorType"] == "SlackAway"
    assert project.taken == [CARD]


def test_a_card_in_a_form_that_slack_refuses_is_sent_as_text(relay: Any, project: Project) -> None:
    project.slack.troubles[project.path] = [(400, "")]
    assert relay.invoke(project.event()) == {"delivered": 1}
    assert project.taken == [CARD, {"text": CARD["text"]}]


def test_a_webhook_that_was_replaced_is_read_again(relay: Any, project: Project) -> None:
    relay.invoke(project.event())
    project.connect(json.dumps({"password": f"{project.slack.url}{project.path}/new"}))
    project.slack.troubles[project.path] = [(404, "")]
    assert relay.invoke(project.event()) == {"delivered": 1}
    assert project.slack.taken[f"{project.path}/new"] == [CARD]


def test_a_refusal_for_good_is_a_failure_that_names_the_secret_and_not_the_address(
    relay: Any, project: Project
) -> None:
    project.slack.troubles[project.path] = [(403, ""), (403, "")]
    answer = relay.invoke(project.event())
    assert answer["errorType"] == "SlackRefused"
    assert f"airflow/connections/modelway_slack_{project.name.replace('-', '_')}" in answer["errorMessage"]
    assert project.path not in answer["errorMessage"]


def test_no_redirect_is_followed(relay: Any, project: Project) -> None:
    project.slack.troubles[project.path] = [(307, "")]
    assert relay.invoke(project.event())["errorType"] == "SlackRefused"
    assert "/elsewhere" not in project.slack.taken


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/services/T1/B1/x",
        "https://hooks.slack.com@example.com/services/T1/B1/x",
        "https://example.com/services/T1/B1/x",
        "http://[",
        "",
    ],
)
def test_no_other_host_is_asked(relay: Any, project: Project, address: str) -> None:
    project.connect(json.dumps({"password": address}))
    answer = relay.invoke(project.event())
    assert answer["errorType"] == "WebhookMissing"
    assert "is no address below" in answer["errorMessage"]


def test_unless_told_otherwise_the_host_is_slacks_own(
    aws: LocalAws, project: Project, running_function: Callable[..., AbstractContextManager[Any]]
) -> None:
    with running_function(
        sys.executable, endpoint=aws.endpoint_url, module="slack_relay", AWS_ENDPOINT_URL=aws.endpoint_url
    ) as started:
        answer = started.invoke(project.event())
    assert "is no address below https://hooks.slack.com/" in answer["errorMessage"]
    assert project.taken == []


@pytest.mark.parametrize("value", ["", "{", "no uri", "[]"])
def test_a_secret_that_is_no_connection_is_told_by_name(relay: Any, project: Project, value: str) -> None:
    project.connect(value or " ")
    answer = relay.invoke(project.event())
    assert (answer["errorType"], project.taken) == ("WebhookMissing", [])


def test_a_project_without_a_secret_is_told_its_name(relay: Any, project: Project) -> None:
    lost = Project("lost", "", project.slack, project.aws)
    answer = relay.invoke(lost.event())
    assert answer["errorType"] == "WebhookMissing"
    assert "airflow/connections/modelway_slack_lost" in answer["errorMessage"]


@pytest.mark.parametrize(
    "event",
    [
        None,
        {},
        {"Records": []},
        {"Records": ["text"]},
        {"Records": [{"Sns": {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:other", "Message": "{}"}}]},
    ],
)
def test_what_is_no_card_is_refused(relay: Any, event: object) -> None:
    assert relay.invoke(event)["errorType"] == "InvalidRecord"


@pytest.mark.parametrize("message", ["a mail", "[]", "{}", '{"text": 4}'])
def test_a_mail_that_comes_by_mistake_is_refused_with_the_remedy(relay: Any, project: Project, message: str) -> None:
    answer = relay.invoke(project.event(message))
    assert answer["errorType"] == "InvalidRecord"
    assert '{"channel": ["slack"]}' in answer["errorMessage"]


def test_the_secret_of_a_project_is_asked_for_once_while_the_function_is_warm(relay: Any, project: Project) -> None:
    def asked() -> int:
        calls = (project.aws.home / "aws" / "calls.jsonl").read_text()
        return calls.count("GetSecretValue")

    relay.invoke(project.event())
    before = asked()
    relay.invoke(project.event())
    assert (asked(), len(project.taken)) == (before, 2)


@pytest.fixture(scope="module")
def function(aws: LocalAws, slack: Slack) -> str:
    """The function as it is deployed: its zip, a role, and the variables that differ at a desk."""
    role = RoleSpec(
        "modelway-slack-relay",
        trusted=(("Service", "lambda.amazonaws.com"),),
        actions=("secretsmanager:GetSecretValue",),
    )
    made = aws.client("lambda").create_function(
        FunctionName="modelway-slack-relay",
        Runtime="python3.12",
        Handler="slack_relay.handler",
        Role=ensure_role(aws.client("iam"), role, account="123456789012"),
        Timeout=60,
        Code={"ZipFile": archive(SOURCES)},
        Environment={"Variables": {"SLACK_ORIGIN": slack.url}},
    )
    return str(made["FunctionArn"])


def test_a_card_on_the_topic_comes_to_slack_and_a_mail_does_not(aws: LocalAws, function: str, project: Project) -> None:
    sns: Any = aws.client("sns")
    topic = sns.create_topic(Name=f"modelway-{project.name}")["TopicArn"]
    only_cards = {"FilterPolicy": json.dumps({"channel": ["slack"]})}
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function, Attributes=only_cards)
    for channel, message in (("email", "a mail"), ("slack", json.dumps(CARD))):
        attributes = {"channel": {"DataType": "String", "StringValue": channel}}
        sns.publish(TopicArn=topic, Message=message, MessageAttributes=attributes)
    wait_for(lambda: bool(project.taken), what="the card")
    assert project.taken == [CARD]
