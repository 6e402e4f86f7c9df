"""Each channel of a project's topic gets its own words, which its subscriptions tell apart by an attribute."""

import json
from typing import Any
from uuid import uuid4

import pytest

from modelway.messages import announcement
from modelway.tasks.announcement import AnnounceByMail, AnnounceOnSlack
from modelway.verdict import Result
from tests.local.sagemaker_world import World
from tests.tasks.conftest import Worker

pytestmark = pytest.mark.server


class Topic:
    """A project's topic, and a queue that takes one channel of it."""

    def __init__(self, world: World, channel: str) -> None:
        self.project = f"p{uuid4().hex[:8]}"
        self.sqs: Any = world.aws.client("sqs")
        sns = world.aws.client("sns")
        topic = sns.create_topic(Name=f"modelway-{self.project}")["TopicArn"]
        self.queue = self.sqs.create_queue(QueueName=self.project)["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = {"FilterPolicy": json.dumps({"channel": [channel]})}
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=policy)

    @property
    def result(self) -> Result:
        """What a run of the project came to."""
        return Result(
            dag_id="train",
            run_id="t-0123456789abcdef",
            project=self.project,
            model="churn",
            version="1.4.0",
            state="success",
            url="http://127.0.0.1:8080/dags/train/runs/t-0123456789abcdef",
        )

    def taken(self) -> list[str]:
        """What the queue got."""
        messages = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"])["Message"] for message in messages]


def by_mail(topic: Topic) -> AnnounceByMail:
    return AnnounceByMail(task_id="announce_by_mail", result=topic.result.model_dump(mode="json"))


def on_slack(topic: Topic) -> AnnounceOnSlack:
    return AnnounceOnSlack(task_id="announce_on_slack", result=topic.result.model_dump(mode="json"))


def test_a_mail_is_for_the_channel_email(world: World, worker: Worker) -> None:
    topic = Topic(world, "email")
    worker.run(by_mail(topic))
    assert topic.taken() == [announcement(topic.result).text]


def test_without_a_way_out_a_card_is_for_the_channel_slack_of_the_topic(
    world: World, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__MODELWAY__SLACK", "topic")
    topic = Topic(world, "slack")
    worker.run(on_slack(topic))
    (card,) = topic.taken()
    message = announcement(topic.result)
    assert json.loads(card) == {"text": message.text, "blocks": message.blocks}


def test_no_channel_gets_the_words_of_the_other(world: World, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__MODELWAY__SLACK", "topic")
    mails, cards = Topic(world, "email"), Topic(world, "slack")
    worker.run(on_slack(mails))
    worker.run(by_mail(cards))
    assert (mails.taken(), cards.taken()) == ([], [])
