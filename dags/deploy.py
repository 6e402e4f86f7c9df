"""The deploy DAG."""

from datetime import timedelta
from pathlib import Path

from airflow.sdk import dag

from modelway.tasks.announcement import AnnounceByMail, AnnounceOnSlack, record_deployment
from modelway.tasks.owner import OWNER, owner_links
from modelway.tasks.params import PARAMS
from modelway.tasks.release import read_approved_package
from modelway.tasks.rollout import CreateEndpointConfig, RollOut, smoke_test


@dag(
    schedule=None,
    is_paused_upon_creation=False,
    max_active_runs=50,  # waiting for SageMaker holds no worker
    params=PARAMS,
    tags=["modelway", "deploy"],
    doc_md=str(Path(__file__).with_suffix(".md")),
    owner_links=owner_links(),
    default_args={
        "owner": OWNER,
        "retries": 2,
        "retry_delay": timedelta(seconds=30),
        "retry_exponential_backoff": True,  # the same for all runs at once: boto3's own retries have jitter
    },
)
def deploy() -> None:
    """Put an approved model package behind its endpoint, and make sure that it is the one that answers."""
    deployment = read_approved_package()
    config = CreateEndpointConfig(task_id="create_endpoint_config", deployment=deployment)
    endpoint = RollOut(task_id="roll_out", deployment=deployment, endpoint_config=config.output)
    answered = smoke_test(deployment, endpoint.output, config.output)

    result = record_deployment().as_teardown()
    by_mail = AnnounceByMail(task_id="announce_by_mail", result=result).as_teardown()
    on_slack = AnnounceOnSlack(task_id="announce_on_slack", result=result).as_teardown()
    answered >> result >> [by_mail, on_slack]


deploy()
