"""What an environment tells Modelway: section [modelway] of Airflow's configuration."""

from dataclasses import dataclass

from airflow.configuration import conf

from modelway.errors import ModelwayError
from modelway.plan import Account

SECTION = "modelway"


@dataclass(frozen=True)
class Settings:
    """The environment's account, how often to look at a job (s), and where its people are told."""

    account: Account
    poll_seconds: float
    topic_arn_template: str
    airflow_url: str

    def topic_arn(self, project: str) -> str:
        """The project's SNS topic."""
        return self.topic_arn_template.replace("{project}", project)

    def run_url(self, dag_id: str, run_id: str) -> str:
        """The run's page in Airflow."""
        return f"{self.airflow_url.rstrip('/')}/dags/{dag_id}/runs/{run_id}"


def read_settings() -> Settings:
    """Read the section; an option that is missing is named with its environment variable."""
    return Settings(
        account=Account(bucket=_text("bucket"), role_arn=_text("role_arn"), environment=_text("environment")),
        poll_seconds=conf.getfloat(SECTION, "poll_seconds", fallback=30.0),
        topic_arn_template=_text("topic_arn"),
        airflow_url=conf.get("api", "base_url", fallback="") or "",
    )


def _text(option: str) -> str:
    value = conf.get(SECTION, option, fallback=None)
    if not value:
        variable = f"AIRFLOW__{SECTION.upper()}__{option.upper()}"
        raise ModelwayError(f"Airflow option [{SECTION}] {option} is not set; set it (environment: {variable})")
    return str(value)
