"""SNS that invokes real functions."""

import io
import json
import zipfile
from typing import Any
from uuid import uuid4

import pytest

pytestmark = pytest.mark.server

SOURCE = "import json\ndef handler(event, context):\n    print('EVENT', json.dumps(event))\n"


class Relay:
    """A topic, and a function that prints what it hears of it."""

    def __init__(self, aws: Any, **attributes: str) -> None:
        self.sns, self.logs = aws.client("sns"), aws.client("logs")
        self.name = f"relay-{uuid4().hex}"
        self.topic = self.sns.create_topic(Name=self.name)["TopicArn"]
        self.arn = aws.client("lambda").create_function(**settings(self.name))["FunctionArn"]
        self.subscription = self.sns.subscribe(
            TopicArn=self.topic, Protocol="lambda", Endpoint=self.arn, Attributes=attributes, ReturnSubscriptionArn=True
        )["SubscriptionArn"]

    def publish(self, message: str, **more: Any) -> str:
        return str(self.sns.publish(TopicArn=self.topic, Message=message, **more)["MessageId"])

    def heard(self) -> list[dict[str, Any]]:
        groups = self.logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{self.name}")["logGroups"]
        if not groups:
            return []
        events = self.logs.filter_log_events(logGroupName=f"/aws/lambda/{self.name}")["events"]
        lines = [event["message"] for event in events if event["message"].startswith("EVENT ")]
        return [json.loads(line.removeprefix("EVENT "))["Records"][0] for line in lines]


def settings(name: str) -> dict[str, Any]:
    """A function outside of any VPC."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("relay.py", SOURCE)
    role = "arn:aws:iam::123456789012:role/relay"
    return {
        "FunctionName": name,
        "Runtime": "python3.12",
        "Role": role,
        "Handler": "relay.handler",
        "Timeout": 20,
        "Code": {"ZipFile": code.getvalue()},
    }


@pytest.fixture(scope="module")
def role(aws: Any) -> None:
    aws.client("iam").create_role(RoleName="relay", AssumeRolePolicyDocument="{}")


def text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


def test_a_published_message_invokes_the_function_with_snss_event(aws: Any, role: None, wait_for: Any) -> None:
    relay = Relay(aws)
    message_id = relay.publish("trained", Subject="demo", MessageAttributes={"channel": text("slack")})
    record = wait_for(relay.heard)[0]
    assert (record["EventSource"], record["EventVersion"]) == ("aws:sns", "1.0")
    assert record["EventSubscriptionArn"] == relay.subscription
    wanted = {
        "Type": "Notification",
        "MessageId": message_id,
        "TopicArn": relay.topic,
        "Subject": "demo",
        "Message": "trained",
        "MessageAttributes": {"channel": {"Type": "String", "Value": "slack"}},
    }
    assert {name: record["Sns"][name] for name in wanted} == wanted


def test_a_message_without_a_subject_has_none(aws: Any, role: None, wait_for: Any) -> None:
    relay = Relay(aws)
    relay.publish("trained")
    assert wait_for(relay.heard)[0]["Sns"]["Subject"] is None


def test_a_function_hears_only_what_its_filter_lets_through(aws: Any, role: None, wait_for: Any) -> None:
    relay = Relay(aws, FilterPolicy=json.dumps({"channel": ["slack"]}))
    relay.publish("a mail", MessageAttributes={"channel": text("email")})
    relay.publish("to nobody")
    relay.publish("a card", MessageAttributes={"channel": text("slack")})
    wait_for(relay.heard)
    assert [record["Sns"]["Message"] for record in relay.heard()] == ["a card"]


def test_a_structured_message_gives_the_function_its_own_part(aws: Any, role: None, wait_for: Any) -> None:
    relay = Relay(aws)
    relay.publish(json.dumps({"default": "all", "lambda": "you"}), MessageStructure="json")
    assert wait_for(relay.heard)[0]["Sns"]["Message"] == "you"


def test_a_subscriber_that_is_gone_keeps_nobody_from_publishing(aws: Any, role: None, wait_for: Any) -> None:
    relay = Relay(aws)
    aws.client("lambda").delete_function(FunctionName=relay.name)
    assert relay.publish("to nobody")
    wait_for(lambda: "which is not there" in aws.log)
