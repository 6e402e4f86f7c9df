"""The sweep DAG."""

from datetime import timedelta
from pathlib import Path

from airflow.sdk import dag

from modelway.tasks.owner import OWNER, owner_links
from modelway.tasks.sweeping import SCHEDULE, stop_what_nobody_owns, tell_by_mail, tell_on_slack


@dag(
    schedule=SCHEDULE,
    catchup=False,
    is_paused_upon_creation=False,
    max_active_runs=1,
    tags=["modelway", "sweep"],
    doc_md=str(Path(__file__).with_suffix(".md")),
    owner_links=owner_links(),
    default_args={"owner": OWNER, "retries": 2, "retry_delay": timedelta(seconds=30)},
)
def sweep() -> None:
    """Stop the jobs that no task waits for any more, and tell their projects what was found."""
    found = stop_what_nobody_owns()
    tell_by_mail.expand(findings=found)
    tell_on_slack.expand(findings=found)


sweep()
