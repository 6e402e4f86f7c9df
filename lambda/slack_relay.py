"""Take a project's cards from its SNS topic to Slack, for an Airflow that has no way out to the internet."""

from __future__ import annotations

import functools
import json
import os
import random
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

SLACK = "https://hooks.slack.com"
SECRET_PREFIX = "airflow/connections/modelway_slack_"  # noqa: S105 - where it lies, not what it is
TOPIC = re.compile(r"arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:modelway-(?P<project>[a-z0-9]+(?:-[a-z0-9]+)*)", re.ASCII)
PASSWORD = ("password", "pass", "key")  # as Airflow's backend of Secrets Manager reads a connection
GONE = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE)  # Slack's words for a webhook that was revoked
TIMEOUT = 10.0  # seconds for one answer of Slack's
FIRST_DELAY = 0.5  # seconds, doubled at each attempt
LONGEST_DELAY = 30.0
RESERVE = 1.0  # seconds kept back to fail in words before Lambda's own time-out


class RelayError(Exception):
    """What Lambda's log and dead-letter queue tell; never with the webhook's address, which is a secret."""


class InvalidRecord(RelayError):
    """The event is no card of a project's topic."""


class WebhookMissing(RelayError):
    """The project's secret cannot be read, or holds no address of Slack's."""


class SlackRefused(RelayError):
    """Slack said no for good, in its own words."""


class SlackAway(RelayError):
    """Slack did not take the card in the time there was; Lambda sends the event again."""


class Context(Protocol):
    """The part of Lambda's context that is used here."""

    def get_remaining_time_in_millis(self) -> int: ...


def handler(event: object, context: Context) -> dict[str, int]:
    """Deliver the cards of one event; whatever is raised makes Lambda send it again, and keep it in the end."""
    deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - RESERVE
    cards = parse(event)
    for card in cards:
        deliver(card, deadline=deadline)
    return {"delivered": len(cards)}


@dataclass(frozen=True)
class Card:
    """What is posted, and whose webhook takes it."""

    project: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What Slack said."""

    status: int
    words: str
    retry_after: str


def parse(event: object) -> list[Card]:
    """Return the cards of an SNS event; raise InvalidRecord for any other."""
    records = event.get("Records") if isinstance(event, dict) else None
    if not isinstance(records, list) or not records:
        raise InvalidRecord("the event has no Records; let a project's SNS topic send it")
    return [_card(record) for record in records]


def deliver(card: Card, *, deadline: float) -> None:
    """Post the card; as bare text where Slack refuses its form, and by a new address where the old one is gone."""
    answer = _post(card.payload, _webhook(card.project), deadline=deadline)
    if answer.status in GONE:
        _webhook.cache_clear()
        answer = _post(card.payload, _webhook(card.project), deadline=deadline)
    if answer.status == HTTPStatus.BAD_REQUEST and "blocks" in card.payload:
        answer = _post({"text": card.payload.get("text", "")}, _webhook(card.project), deadline=deadline)
    if answer.status != HTTPStatus.OK:
        raise SlackRefused(
            f"Slack answers {answer.status} {answer.words!r} for project {card.project}; "
            f"look at the webhook in secret {_secret(card.project)}"
        )


def _card(record: Any) -> Card:
    sns = record.get("Sns") if isinstance(record, dict) else None
    if not isinstance(sns, dict):
        raise InvalidRecord("a record has no Sns; let a project's SNS topic send it")
    topic = TOPIC.fullmatch(str(sns.get("TopicArn")))
    if not topic:
        raise InvalidRecord(
            f"topic {sns.get('TopicArn')!r} is no project's; subscribe the function to modelway-PROJECT"
        )
    return Card(topic["project"], _payload(str(sns.get("Message")), topic=topic[0]))


def _payload(message: str, *, topic: str) -> Mapping[str, Any]:
    try:
        payload = json.loads(message)
    except ValueError:
        payload = None
    if not isinstance(payload, dict) or not isinstance(payload.get("text"), str):
        raise InvalidRecord(
            f"a message of {topic} is no Slack payload: {message[:80]!r}; "
            'filter the subscription by {"channel": ["slack"]}'
        )
    return {key: payload[key] for key in ("text", "blocks") if key in payload}


def _secret(project: str) -> str:
    return f"{os.environ.get('SECRET_PREFIX') or SECRET_PREFIX}{project.replace('-', '_')}"


@functools.cache
def _webhook(project: str) -> SplitResult:
    """Return the address of the project's webhook, which is read once while the function is warm."""
    name, origin = _secret(project), os.environ.get("SLACK_ORIGIN") or SLACK
    try:
        value = _secrets().get_secret_value(SecretId=name)["SecretString"]
    except (ClientError, BotoCoreError, KeyError) as error:
        raise WebhookMissing(
            f"secret {name} cannot be read: {error}; give it the project's Slack connection"
        ) from error
    try:
        address = urlsplit(_password(value))
    except ValueError:
        address = urlsplit("")
    if f"{address.scheme}://{address.netloc}" != origin:
        raise WebhookMissing(
            f"the password in secret {name} is no address below {origin}/; set it to the webhook's URL"
        )
    return address


def _password(connection: str) -> str:
    """Return the password of an Airflow connection, which is written as JSON or as a URI."""
    if connection.lstrip().startswith("{"):
        values = json.loads(connection)
        return next((str(values[key]) for key in PASSWORD if values.get(key)), "")
    return unquote(urlsplit(connection.strip()).password or "")


@functools.cache
def _secrets() -> Any:
    config = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    return boto3.client("secretsmanager", config=config)


def _post(payload: Mapping[str, Any], webhook: SplitResult, *, deadline: float) -> Answer:
    """Return Slack's answer; what may pass is tried again while there is time."""
    delay, said = FIRST_DELAY, "there was no time to ask"
    while (left := deadline - time.monotonic()) > 0:
        try:
            answer = _answer(payload, webhook, timeout=min(TIMEOUT, left))
        except (OSError, HTTPException) as error:
            said, pause = f"{type(error).__name__}: {error}", delay
        else:
            if not _passes(answer.status):
                return answer
            said, pause = f"{answer.status} {answer.words!r}", _pause(answer, delay)
        if time.monotonic() + pause >= deadline:
            break
        time.sleep(pause)
        delay = min(delay * 2, LONGEST_DELAY) * random.uniform(0.5, 1)  # noqa: S311 - spreads retries, guards nothing
    raise SlackAway(f"Slack did not take the card: {said}; it is sent again")


def _answer(payload: Mapping[str, Any], webhook: SplitResult, *, timeout: float) -> Answer:
    """Return the answer to one request; http.client follows no redirect, so no other host sees the card."""
    kind = HTTPSConnection if webhook.scheme == "https" else HTTPConnection
    connection = kind(str(webhook.hostname), webhook.port, timeout=timeout)
    try:
        body, headers = json.dumps(payload).encode(), {"Content-Type": "application/json; charset=utf-8"}
        connection.request("POST", webhook.path, body=body, headers=headers)
        return _read(connection.getresponse())
    finally:
        connection.close()


def _read(response: HTTPResponse) -> Answer:
    words = response.read(500).decode(errors="replace")
    return Answer(response.status, words, response.getheader("Retry-After", ""))


def _passes(status: int) -> bool:
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _pause(answer: Answer, delay: float) -> float:
    """Return how many seconds Slack asks for; a date, which it never sends, counts as nothing said."""
    return float(answer.retry_after) if answer.retry_after.isdigit() else delay
