"""How a project is told something: its SNS topic, which mails it, and its Slack channel."""

from modelway import names, slack
from modelway.messages import Message, relayed
from modelway.tasks.clients import client
from modelway.tasks.compat import Connection
from modelway.tasks.settings import SlackRoute, read_settings


def mail(project: str, message: Message) -> str:
    """Publish it to the project's topic as plain text; the id that SNS gave it."""
    return _publish(project, channel="email", Subject=message.subject, Message=message.text)


def post(project: str, message: Message) -> str | None:
    """Post it as a card; the id that SNS gave it where lambda/slack_relay.py takes it on to Slack."""
    if read_settings().slack is SlackRoute.TOPIC:
        return _publish(project, channel="slack", Message=relayed(message))
    # The webhook's URL is the password of the project's connection.
    slack.post(message, webhook=str(Connection.get(names.slack_connection(project)).password))
    return None


def _publish(project: str, *, channel: str, **message: str) -> str:
    """Publish to the project's topic, whose subscriptions filter by the channel."""
    attributes = {"channel": {"DataType": "String", "StringValue": channel}}
    topic = read_settings().topic_arn(project)
    return str(client("sns").publish(TopicArn=topic, MessageAttributes=attributes, **message)["MessageId"])
