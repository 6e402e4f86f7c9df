"""Slack's incoming webhooks."""

from modelway.errors import ModelwayError
from modelway.messages import Message, slack_payload

TIMEOUT_SECONDS = 10


def post(message: Message, *, webhook: str) -> None:
    """Deliver the message, with retries for lost connections, rate limits and Slack's own errors.

    slack-sdk is imported here: a DAG file is read often and speaks seldom.
    """
    from slack_sdk.http_retry import all_builtin_retry_handlers
    from slack_sdk.webhook import WebhookClient

    client = WebhookClient(webhook, timeout=TIMEOUT_SECONDS, retry_handlers=all_builtin_retry_handlers())
    payload = slack_payload(message)
    answer = client.send(**payload)
    if answer.status_code == 400:
        answer = client.send(text=payload["text"])
    if answer.status_code != 200:
        raise ModelwayError(
            f"Slack answered {answer.status_code} {answer.body!r}; check the webhook URL in the project's connection"
        )
