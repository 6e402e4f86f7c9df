"""A paid job: found before it is made, waited for to its end, and honest about what it came to."""

from typing import Any

import pytest

from modelway.names import Stage
from modelway.plan import Champion, Plan
from modelway.record import JobRecord
from modelway.tasks.compat import AirflowFailException, AirflowSkipException
from modelway.tasks.evaluation import EvaluateChampion
from modelway.tasks.training import Train
from tests.decisions.plans import SPEC
from tests.local.sagemaker_world import World
from tests.tasks.conftest import Worker
from tests.tasks.plans import plan_of

pytestmark = pytest.mark.server
TYPE = SPEC.train.instances.type


def train(plan: Plan) -> Train:
    return Train(task_id="train", plan=plan.model_dump(mode="json"))


def jobs_of(world: World, plan: Plan) -> list[str]:
    name = plan.job_name(Stage.TRAIN, attempt=1).rpartition("-")[0]
    found = world.sm.list_training_jobs(NameContains=name)["TrainingJobSummaries"]
    return [job["TrainingJobName"] for job in found]


def test_a_completed_job_is_told_by_name_artifact_and_metrics(world: World, worker: Worker) -> None:
    plan = plan_of(world, "1.0.0", lines='["train_loss=0.25"]')
    record = JobRecord.model_validate(worker.run(train(plan)))
    assert record.artifact.endswith(f"/trained/v1-0-0/{record.name}/output/model.tar.gz")
    assert record.metrics == {"train_loss": 0.25}


def test_a_retried_task_uses_the_job_that_has_completed(world: World, worker: Worker) -> None:
    plan = plan_of(world, "1.0.1")
    first, waited = worker.run(train(plan)), worker.deferred
    assert worker.run(train(plan)) == first
    assert (len(jobs_of(world, plan)), worker.deferred) == (1, waited)


def test_a_retried_task_adopts_the_job_that_runs(world: World, worker: Worker) -> None:
    plan = plan_of(world, "1.0.2", seconds="1")
    operator = train(plan)
    name = next(operator.names({}))
    world.sm.create_training_job(**operator.request(name, TYPE))
    assert worker.run(operator)["name"] == name
    assert jobs_of(world, plan) == [name]


def test_a_retry_after_a_fault_of_the_model_fails_again_and_makes_nothing(world: World, worker: Worker) -> None:
    plan = plan_of(world, "1.0.3", code="3")
    for _ in range(2):
        with pytest.raises(AirflowFailException, match="by the model's own code"):
            worker.run(train(plan))
    assert jobs_of(world, plan) == [plan.job_name(Stage.TRAIN, attempt=1)]


def test_a_task_that_was_cleared_makes_the_next_attempt(world: World, worker: Worker) -> None:
    plan = plan_of(world, "1.0.11", code="3")
    for cleared in (0, 1):
        worker.ti.max_tries = cleared  # what Airflow counts anew at a clear, and at nothing else
        with pytest.raises(AirflowFailException):
            worker.run(train(plan))
    assert set(jobs_of(world, plan)) == {plan.job_name(Stage.TRAIN, attempt=attempt) for attempt in (1, 2)}


def test_a_task_that_was_cleared_at_work_makes_the_next_attempt(world: World, worker: Worker) -> None:
    plan = plan_of(world, "1.0.12", seconds="60")
    operator = train(plan)
    name = next(operator.names({}))
    world.sm.create_training_job(**operator.request(name, TYPE))
    world.sm.stop_training_job(TrainingJobName=name)  # as Airflow has the task do when it is cleared
    world.trained(name)
    worker.ti.try_number = 2
    worker.meanwhile = lambda: world.sm.stop_training_job(TrainingJobName=plan.job_name(Stage.TRAIN, attempt=2))
    with pytest.raises(AirflowFailException, match="stopped by somebody"):
        worker.run(operator)
    assert len(jobs_of(world, plan)) == 2


def test_a_failed_job_gives_its_reason_and_its_last_lines(world: World, worker: Worker) -> None:
    plan = plan_of(world, "1.0.4", lines='["epoch 1", "nan everywhere"]', failure="loss is not a number")
    with pytest.raises(AirflowFailException, match="loss is not a number"):
        worker.run(train(plan))
    told = worker.ti.pushed["failure"]
    assert "AlgorithmError: loss is not a number" in told["reason"]
    assert told["log_tail"] == ["epoch 1", "nan everywhere"]


def test_a_job_that_somebody_stops_is_a_failure(world: World, worker: Worker) -> None:
    operator = train(plan_of(world, "1.0.5", seconds="60"))
    name = next(operator.names({}))
    world.sm.create_training_job(**operator.request(name, TYPE))
    worker.meanwhile = lambda: world.sm.stop_training_job(TrainingJobName=name)
    with pytest.raises(AirflowFailException, match="stopped by somebody"):
        worker.run(operator)


def test_a_job_over_its_limit_is_a_failure_that_names_the_limit(world: World, worker: Worker) -> None:
    plan = plan_of(world, "1.0.6", seconds="60", max_runtime="1s")
    with pytest.raises(AirflowFailException, match="max_runtime of 1 s"):
        worker.run(train(plan))


def test_an_image_that_is_not_there_is_told_with_its_name(world: World, worker: Worker) -> None:
    plan = plan_of(world, "1.0.7")
    missing = f"{plan.release.image.partition('@')[0]}@sha256:{'0' * 64}"
    broken = plan.model_copy(update={"release": plan.release.model_copy(update={"image": missing})})
    with pytest.raises(AirflowFailException, match="0" * 64):
        worker.run(train(broken))


def test_what_is_told_of_the_specification_reaches_the_job(world: World, worker: Worker) -> None:
    plan = plan_of(world, "1.0.8")
    made: Any = world.job(worker.run(train(plan))["name"])
    assert made["Environment"]["MODELWAY_VERSION"] == "1.0.8"
    assert made["ResourceConfig"]["InstanceType"] == SPEC.train.instances.type
    tags = world.sm.list_tags(ResourceArn=made["TrainingJobArn"])["Tags"]
    assert {"Key": "dag_run", "Value": plan.run_id} in tags


def test_a_job_runs_as_its_projects_role_and_encrypts_by_its_key(
    world: World, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    role, key = "arn:aws:iam::123456789012:role/modelway-sagemaker", "arn:aws:kms:eu-west-1:123456789012:alias/modelway"
    monkeypatch.setenv("AIRFLOW__MODELWAY__ROLE_ARN", f"{role}-{{project}}")
    monkeypatch.setenv("AIRFLOW__MODELWAY__KMS_KEY", f"{key}-{{project}}")
    made: Any = world.job(worker.run(train(plan_of(world, "1.0.10")))["name"])
    assert made["RoleArn"] == f"{role}-demo"
    assert made["OutputDataConfig"]["KmsKeyId"] == f"{key}-demo"


def test_a_champion_that_cannot_read_the_rows_is_skipped_with_the_reason(world: World, worker: Worker) -> None:
    world.put("models/demo/breast-cancer/data/test/test.csv")
    plan = plan_of(world, "1.0.9")
    champion = Champion(version="1.0.0", model_name="m", image=world.image, artifact=world.artefact("champion"))
    operator = EvaluateChampion(task_id="evaluate_champion", plan=plan.model_copy(update={"champion": champion}))
    with pytest.raises(AirflowSkipException, match=r"cannot be compared with: .* failed by"):
        worker.run(operator)


def test_a_short_job_is_over_before_its_task_defers_where_tasks_may_linger(
    world: World, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__MODELWAY__LINGER_SECONDS", "60")
    plan = plan_of(world, "1.0.20")
    record = JobRecord.model_validate(worker.run(train(plan)))
    assert (jobs_of(world, plan), worker.deferred) == ([record.name], 0)


@pytest.mark.parametrize("linger", ["0", "0.5"])
def test_a_long_job_is_waited_for_without_a_worker(
    world: World, worker: Worker, monkeypatch: pytest.MonkeyPatch, linger: str
) -> None:
    monkeypatch.setenv("AIRFLOW__MODELWAY__LINGER_SECONDS", linger)
    operator = train(plan_of(world, f"1.1.{len(linger)}", seconds="60"))
    name = next(operator.names({}))
    worker.meanwhile = lambda: world.sm.stop_training_job(TrainingJobName=name)
    with pytest.raises(AirflowFailException, match="stopped by somebody"):
        worker.run(operator)
    assert worker.deferred == 1
