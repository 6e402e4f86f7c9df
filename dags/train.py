"""The train DAG."""

from datetime import timedelta
from pathlib import Path

from airflow.sdk import dag

from modelway.tasks.announcement import AnnounceByMail, AnnounceOnSlack, record_training
from modelway.tasks.evaluation import Evaluate, EvaluateChampion, judge
from modelway.tasks.owner import OWNER, owner_links
from modelway.tasks.params import PARAMS
from modelway.tasks.registration import CreateModel, register
from modelway.tasks.release import read_release
from modelway.tasks.training import Train


@dag(
    schedule=None,
    is_paused_upon_creation=False,
    max_active_runs=50,  # waiting for SageMaker holds no worker
    params=PARAMS,
    tags=["modelway", "train"],
    doc_md=str(Path(__file__).with_suffix(".md")),
    owner_links=owner_links(),
    default_args={
        "owner": OWNER,
        "retries": 2,
        "retry_delay": timedelta(seconds=30),
        "retry_exponential_backoff": True,  # the same for all runs at once: boto3's own retries have jitter
    },
)
def train() -> None:
    """Train a release, judge it against the champion on the same rows, and register it for approval."""
    plan = read_release()
    training = Train(task_id="train", plan=plan)
    champion = EvaluateChampion(task_id="evaluate_champion", plan=plan)
    challenger = Evaluate(
        task_id="evaluate_challenger",
        plan=plan,
        training=training.output,
        champion=champion.output,
        trigger_rule="none_failed",
    )
    verdict = judge(plan, challenger.output)
    model = CreateModel(task_id="create_model", plan=plan, training=training.output)
    package = register(plan, training.output, challenger.output, verdict, model.output)

    result = record_training().as_teardown()
    by_mail = AnnounceByMail(task_id="announce_by_mail", result=result).as_teardown()
    on_slack = AnnounceOnSlack(task_id="announce_on_slack", result=result).as_teardown()
    challenger >> model
    package >> result >> [by_mail, on_slack]


train()
