"""The task that trains."""

from collections.abc import Sequence
from typing import Any

from airflow.providers.amazon.aws.operators.sagemaker import SageMakerTrainingOperator

from modelway.jobs import Kind
from modelway.names import Stage
from modelway.plan import Plan
from modelway.record import training_record
from modelway.tasks.about import about
from modelway.tasks.settings import read_settings
from modelway.tasks.waiting import DeferredJob, Description
from modelway.training import training_job


class Train(DeferredJob, SageMakerTrainingOperator):
    """Train the release as a SageMaker training job, wait for it without a worker, and hand on what it made.

    Differs from the stock operator: waits as long as the job may run (not 30 minutes), adopts its job on a retry
    (not a second, paid one), takes a stopped job for a failure, makes another attempt only where that may help, waits
    for a machine, and gives the reason with the last log lines.
    """

    template_fields = ("plan", *SageMakerTrainingOperator.template_fields)
    kind = Kind.TRAINING
    creation = "create_training_job"

    def __init__(self, *, plan: Any, **kwargs: Any) -> None:
        super().__init__(config={}, doc_md=about(type(self)), deferrable=True, **kwargs)
        self.plan = plan

    def name_of(self, attempt: int) -> str:
        """The name of the attempt, counted from 1."""
        return Plan.model_validate(self.plan).job_name(Stage.TRAIN, attempt=attempt)

    def types(self) -> Sequence[str]:
        """The instance types that will do, the first choice first."""
        return Plan.model_validate(self.plan).spec.train.instances.types

    def request(self, name: str, instance_type: str) -> dict[str, Any]:
        """The request that creates the attempt of this name."""
        plan = Plan.model_validate(self.plan)
        account = read_settings().account(plan.id.project)
        return training_job(plan, name=name, account=account, instance_type=instance_type)

    def record(self, description: Description) -> dict[str, Any]:
        """Name, artifact, metrics, and what it cost."""
        return training_record(description, prices=read_settings().instance_prices).model_dump(mode="json")
