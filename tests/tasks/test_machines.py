"""What AWS denies, breaks or never answers: waited for, ordered elsewhere, tried again, and paid for once."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from modelway.names import Stage
from modelway.plan import Champion, Plan
from modelway.record import JobRecord
from modelway.spec import ModelSpec
from modelway.tasks.compat import AirflowException, AirflowFailException, AirflowSkipException
from modelway.tasks.evaluation import EvaluateChampion
from modelway.tasks.training import Train
from modelway.tasks.waiting import MAX_ATTEMPTS
from tests.local.sagemaker_world import World
from tests.tasks.conftest import Worker
from tests.tasks.plans import plan_of

pytestmark = pytest.mark.server
NONE_OF_THE_FIRST = '[quotas]\n"ml.m5.large for training job usage" = 0\n'
NO_CAPACITY = '[[failure]]\ncode = "CapacityError"\ninstance_type = "ml.m5.large"\njobs = {jobs}\nseconds = 0\n'
BROKEN = '[[failure]]\ncode = "InternalServerError"\njobs = 1\nseconds = 0\n'
LOST = '[[fault]]\nservice = "sagemaker"\noperation = "CreateTrainingJob"\nwhen = "after"\n'


@pytest.fixture
def weather(world: World) -> Iterator[Callable[..., None]]:
    """Let the local AWS misbehave, by the text of its two files; after the test it does not."""
    files: dict[str, Path] = {name: world.aws.home / f"{name}.toml" for name in ("sagemaker", "faults")}

    def write(**texts: str) -> None:
        for name, path in files.items():
            path.write_text(texts.get(name, ""))

    yield write
    write()


def train(plan: Plan, *alternatives: str) -> Train:
    document = plan.spec.model_dump(mode="json")
    document["train"]["instances"]["alternatives"] = alternatives
    asked = plan.model_copy(update={"spec": ModelSpec.model_validate(document)})
    return Train(task_id="train", plan=asked.model_dump(mode="json"))


def attempts(world: World, plan: Plan) -> list[str]:
    """The states of the run's trainings, first to last."""
    prefix = plan.job_name(Stage.TRAIN, attempt=1).rpartition("-")[0]
    found = world.sm.list_training_jobs(NameContains=prefix, SortBy="CreationTime", SortOrder="Ascending")
    return [job["TrainingJobStatus"] for job in found["TrainingJobSummaries"]]


@pytest.fixture
def waits(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What was noted of the run while it waited for a machine."""
    caplog.set_level("INFO", "modelway.tasks")
    noted = "Note of the run: train: "

    def read() -> list[str]:
        messages = [record.getMessage() for record in caplog.records]
        return [words.removeprefix(noted) for words in messages if words.startswith(noted)]

    return read


def test_a_missing_quota_is_waited_for_and_told_once(
    world: World, worker: Worker, weather: Callable[..., None], waits: Callable[[], list[str]]
) -> None:
    weather(sagemaker=NONE_OF_THE_FIRST)
    worker.meanwhile = lambda: weather() if worker.deferred == 2 else None
    plan = plan_of(world, "5.0.0")
    assert worker.run(train(plan))["instance_type"] == "ml.m5.large"
    waiting, got = waits()
    assert waiting == "waiting for quota: ml.m5.large for training (limit 0, 0 in use)"
    assert got.startswith("got ml.m5.large after")
    assert (worker.deferred, attempts(world, plan)) == (3, ["Completed"])


def test_patience_ends_with_words(
    world: World, worker: Worker, weather: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__MODELWAY__PATIENCE_SECONDS", "0.1")
    weather(sagemaker=NONE_OF_THE_FIRST)
    plan = plan_of(world, "5.0.1")
    with pytest.raises(AirflowFailException, match=r"ml.m5.large for training.* in vain; ask AWS"):
        worker.run(train(plan))
    assert (worker.deferred, attempts(world, plan)) == (1, [])


def test_another_type_is_taken_at_once_where_the_quota_of_the_first_is_used_up(
    world: World, worker: Worker, weather: Callable[..., None]
) -> None:
    weather(sagemaker=NONE_OF_THE_FIRST)
    plan = plan_of(world, "5.0.2")
    record = JobRecord.model_validate(worker.run(train(plan, "ml.m5.xlarge")))
    assert (record.instance_type, attempts(world, plan)) == ("ml.m5.xlarge", ["Completed"])


def test_another_type_is_the_next_attempts_where_aws_has_none_of_the_first(
    world: World, worker: Worker, weather: Callable[..., None]
) -> None:
    weather(sagemaker=NO_CAPACITY.format(jobs=5))
    plan = plan_of(world, "5.0.3")
    record = JobRecord.model_validate(worker.run(train(plan, "ml.m5.xlarge")))
    assert record.instance_type == "ml.m5.xlarge"
    assert attempts(world, plan) == ["Failed", "Completed"]


def test_a_type_that_aws_has_none_of_is_waited_for_where_no_other_will_do(
    world: World, worker: Worker, weather: Callable[..., None], waits: Callable[[], list[str]]
) -> None:
    weather(sagemaker=NO_CAPACITY.format(jobs=2))
    plan = plan_of(world, "5.0.4")
    worker.run(train(plan))
    assert waits() == ["waiting for capacity: ml.m5.large for training"]
    assert attempts(world, plan) == ["Failed", "Failed", "Completed"]


def test_attempts_that_got_no_machine_count_for_nothing(
    world: World, worker: Worker, weather: Callable[..., None]
) -> None:
    weather(sagemaker=NO_CAPACITY.format(jobs=MAX_ATTEMPTS))
    plan = plan_of(world, "5.0.12")
    operator = train(plan)
    for name in islice(operator.names({}), MAX_ATTEMPTS):
        world.sm.create_training_job(**operator.request(name, "ml.m5.large"))
        world.trained(name)
    worker.run(operator)
    assert attempts(world, plan) == ["Failed"] * MAX_ATTEMPTS + ["Completed"]


def test_the_first_choice_stays_so_after_a_failure_that_is_not_its_own(
    world: World, worker: Worker, weather: Callable[..., None]
) -> None:
    weather(sagemaker=BROKEN)
    operator = train(plan_of(world, "5.0.13"), "ml.m5.xlarge")
    name = next(operator.names({}))
    world.sm.create_training_job(**operator.request(name, "ml.m5.large"))
    world.trained(name)
    assert worker.run(operator)["instance_type"] == "ml.m5.large"


def test_what_aws_broke_is_tried_again_and_goes_on_with_the_next_attempt(
    world: World, worker: Worker, weather: Callable[..., None]
) -> None:
    weather(sagemaker=BROKEN)
    plan = plan_of(world, "5.0.5")
    worker.ti.max_tries = 2
    operator = train(plan)
    operator.retries = 2
    with pytest.raises(AirflowException, match="AWS's side") as failed:
        worker.run(operator)
    assert not isinstance(failed.value, AirflowFailException)
    worker.ti.try_number = 2
    worker.run(operator)
    assert attempts(world, plan) == ["Failed", "Completed"]


def test_at_the_last_try_what_aws_broke_is_a_failure(
    world: World, worker: Worker, weather: Callable[..., None]
) -> None:
    weather(sagemaker=BROKEN)
    with pytest.raises(AirflowFailException, match="Clear the task to try again"):
        worker.run(train(plan_of(world, "5.0.6")))


def test_a_champion_that_aws_cannot_evaluate_locks_nobody_out(
    world: World, worker: Worker, weather: Callable[..., None]
) -> None:
    weather(sagemaker=BROKEN)
    plan = plan_of(world, "5.0.7")
    champion = Champion(version="1.0.0", model_name="m", image=world.image, artifact=world.artefact("champion"))
    operator: Any = EvaluateChampion(task_id="evaluate", plan=plan.model_copy(update={"champion": champion}))
    with pytest.raises(AirflowSkipException, match="AWS's side"):
        worker.run(operator)


def test_a_job_whose_answer_was_lost_is_found_again(world: World, worker: Worker, weather: Callable[..., None]) -> None:
    weather(faults=LOST + "nth = [1]\n")
    plan = plan_of(world, "5.0.8")
    worker.run(train(plan))
    assert attempts(world, plan) == ["Completed"]


def test_a_job_whose_answers_were_all_lost_is_found_by_the_next_try(
    world: World, worker: Worker, weather: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    weather(faults=LOST)
    plan = plan_of(world, "5.0.9")
    operator = train(plan)
    with pytest.raises(Exception, match=r"[Cc]onnection"):
        worker.run(operator)
    worker.run(operator)
    assert attempts(world, plan) == ["Completed"]


def test_a_job_whose_answer_was_lost_does_not_wait_for_itself(
    world: World, worker: Worker, weather: Callable[..., None], waits: Callable[[], list[str]]
) -> None:
    refused = '[[fault]]\nservice = "sagemaker"\noperation = "CreateTrainingJob"\ncode = "ResourceLimitExceeded"\n'
    weather(faults=f"{LOST}nth = [1]\n\n{refused}times = 2\n")
    plan = plan_of(world, "5.0.10")
    worker.run(train(plan))
    assert (waits(), attempts(world, plan)) == ([], ["Completed"])


def test_an_order_that_is_throttled_for_long_is_tried_again(
    world: World, worker: Worker, weather: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    weather(faults='[[fault]]\nservice = "sagemaker"\noperation = "CreateTrainingJob"\ncode = "ThrottlingException"\n')
    worker.ti.max_tries = 2
    plan = plan_of(world, "5.0.11")
    operator = train(plan)
    operator.retries = 2
    with pytest.raises(AirflowException, match="did not take the order") as failed:
        worker.run(operator)
    assert not isinstance(failed.value, AirflowFailException)
    assert attempts(world, plan) == []
