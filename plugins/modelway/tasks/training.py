"""The task that trains."""

from collections.abc import Iterator
from typing import Any

from airflow.providers.amazon.aws.operators.sagemaker import SageMakerTrainingOperator

from modelway.jobs import Kind, training_record
from modelway.names import Stage
from modelway.plan import Plan
from modelway.tasks.about import about
from modelway.tasks.compat import Context
from modelway.tasks.settings import read_settings
from modelway.tasks.waiting import MAX_ATTEMPTS, DeferredJob, Description
from modelway.training import training_job


class Train(DeferredJob, SageMakerTrainingOperator):
    """Train the release as a SageMaker training job, wait for it without a worker, and hand on what it made.

    Differs from the stock operator: waits as long as the job may run (not 30 minutes), adopts its job on a retry
    (not a second, paid one), takes a stopped job for a failure, and gives the reason with the last log lines.
    """

    template_fields = ("plan", *SageMakerTrainingOperator.template_fields)
    kind = Kind.TRAINING
    creation = "create_training_job"

    def __init__(self, *, plan: Any, **kwargs: Any) -> None:
        super().__init__(config={}, doc_md=about(type(self)), deferrable=True, **kwargs)
        self.plan = plan

    def names(self, context: Context) -> Iterator[str]:
        """The names of the attempts, first to last."""
        plan = Plan.model_validate(self.plan)
        return (plan.job_name(Stage.TRAIN, attempt=attempt) for attempt in range(1, MAX_ATTEMPTS + 1))

    def request(self, name: str) -> dict[str, Any]:
        """The request that creates the attempt of this name."""
        plan = Plan.model_validate(self.plan)
        return training_job(plan, name=name, account=read_settings().account(plan.id.project))

    def record(self, description: Description) -> dict[str, Any]:
        """Name, artifact, metrics and billable seconds."""
        return training_record(description).model_dump(mode="json")
