"""What an environment tells Modelway: section [modelway] of Airflow's configuration."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from airflow.configuration import conf
from pydantic import NonNegativeFloat, TypeAdapter, ValidationError

from modelway.errors import ModelwayError
from modelway.plan import Account
from modelway.tasks.console import Console

SECTION = "modelway"


class SlackRoute(StrEnum):
    """How a card comes to Slack: by its webhook, or by the project's topic where Airflow has no way out."""

    WEBHOOK = "webhook"
    TOPIC = "topic"


@dataclass(frozen=True)
class Settings:
    """Where an environment's jobs run and what an hour of their machines costs (USD), how often to look at one (s), how
    long to stay before that wait is deferred (s), how long to wait for a machine (s), and where its people are told
    and look.
    """

    bucket: str
    environment: str
    role_arn_template: str
    kms_key_template: str
    poll_seconds: float
    linger_seconds: float
    patience_seconds: float
    instance_prices: Mapping[str, float]
    topic_arn_template: str
    airflow_url: str
    console: Console
    mwaa_environment: str
    slack: SlackRoute

    def account(self, project: str) -> Account:
        """Where the project's jobs run, and as whom."""
        return Account(
            bucket=self.bucket,
            role_arn=_of_project(self.role_arn_template, project),
            environment=self.environment,
            kms_key=_of_project(self.kms_key_template, project),
        )

    def topic_arn(self, project: str) -> str:
        """The project's SNS topic."""
        return _of_project(self.topic_arn_template, project)

    def run_url(self, dag_id: str, run_id: str) -> str:
        """The run's page in Airflow."""
        return f"{self.airflow_url.rstrip('/')}/dags/{dag_id}/runs/{run_id}"


def read_settings() -> Settings:
    """Read the section; an option that is missing is named with its environment variable."""
    return Settings(
        bucket=_text("bucket"),
        environment=_text("environment"),
        role_arn_template=_text("role_arn"),
        kms_key_template=conf.get(SECTION, "kms_key", fallback="") or "",
        poll_seconds=conf.getfloat(SECTION, "poll_seconds", fallback=30.0),
        linger_seconds=conf.getfloat(SECTION, "linger_seconds", fallback=0.0),
        patience_seconds=conf.getfloat(SECTION, "patience_seconds", fallback=6 * 3600.0),
        instance_prices=_instance_prices(),
        topic_arn_template=_text("topic_arn"),
        airflow_url=conf.get("api", "base_url", fallback="") or "",
        console=Console(conf.get(SECTION, "console_url", fallback="") or "", partition=_text("role_arn").split(":")[1]),
        mwaa_environment=conf.get(SECTION, "mwaa_environment", fallback="") or os.environ.get("AIRFLOW_ENV_NAME", ""),
        slack=_slack(),
    )


def _instance_prices() -> dict[str, float]:
    value = conf.get(SECTION, "instance_prices", fallback="") or "{}"
    try:
        return TypeAdapter(dict[str, NonNegativeFloat]).validate_python(json.loads(value))
    except (ValueError, ValidationError) as error:
        raise ModelwayError(
            f"Airflow option [{SECTION}] instance_prices is {value!r}; use a JSON object of USD an hour such as"
            ' {"ml.m5.large": 0.128}'
        ) from error


def _slack() -> SlackRoute:
    value = conf.get(SECTION, "slack", fallback="") or SlackRoute.WEBHOOK
    try:
        return SlackRoute(value)
    except ValueError as error:
        known = " or ".join(repr(route.value) for route in SlackRoute)
        raise ModelwayError(f"Airflow option [{SECTION}] slack is {value!r}; use {known}") from error


def _of_project(template: str, project: str) -> str:
    return template.replace("{project}", project)


def _text(option: str) -> str:
    value = conf.get(SECTION, option, fallback=None)
    if not value:
        variable = f"AIRFLOW__{SECTION.upper()}__{option.upper()}"
        raise ModelwayError(f"Airflow option [{SECTION}] {option} is not set; set it (environment: {variable})")
    return str(value)
