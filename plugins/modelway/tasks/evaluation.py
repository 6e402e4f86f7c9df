"""The tasks that evaluate champion and challenger, and the one that judges."""

from collections.abc import Sequence
from typing import Any, NoReturn

from airflow.providers.amazon.aws.operators.sagemaker import SageMakerProcessingOperator

from modelway import evaluation
from modelway.aws import objects
from modelway.errors import RunFailed
from modelway.jobs import Kind
from modelway.names import Stage
from modelway.plan import Plan
from modelway.record import JobRecord, processing_record
from modelway.tasks.about import about
from modelway.tasks.clients import client
from modelway.tasks.compat import AirflowSkipException, Context
from modelway.tasks.failures import step
from modelway.tasks.links import EVALUATION, linked
from modelway.tasks.settings import read_settings
from modelway.tasks.waiting import DeferredJob, Description

INCOMPARABLE = {"metrics": {}, "problem": "the champion could not be evaluated on these rows; see its task"}


class Evaluate(DeferredJob, SageMakerProcessingOperator):
    """Run the new model on the test rows, in its own image, as a SageMaker processing job.

    Differs from the stock operator as `Train` does.
    """

    template_fields = ("plan", "training", "champion", *SageMakerProcessingOperator.template_fields)
    kind = Kind.PROCESSING
    creation = "create_processing_job"
    stage = Stage.CHALLENGER
    operator_extra_links = (*DeferredJob.operator_extra_links, EVALUATION)

    def __init__(self, *, plan: Any, training: Any = None, champion: Any = None, **kwargs: Any) -> None:
        super().__init__(config={}, doc_md=about(type(self)), deferrable=True, **kwargs)
        self.plan = plan
        self.training = training
        self.champion = champion

    def name_of(self, attempt: int) -> str:
        """The name of the attempt, counted from 1."""
        return Plan.model_validate(self.plan).job_name(self.stage, attempt=attempt)

    def types(self) -> Sequence[str]:
        """Those of the training: what the model was made for."""
        return Plan.model_validate(self.plan).spec.train.instances.types

    def request(self, name: str, instance_type: str) -> dict[str, Any]:
        """The request that creates the attempt of this name."""
        plan = Plan.model_validate(self.plan)
        account = read_settings().account(plan.id.project)
        image, artifact = self.subject(plan)
        return evaluation.evaluation_job(
            plan.spec,
            name=name,
            image=image,
            artifact=artifact,
            output=f"{plan.output(bucket=account.bucket)}{name}/evaluation/",
            account=account,
            tags=plan.tags(account.environment),
            champion_predictions=self.predictions(),
            instance_type=instance_type,
        )

    def subject(self, plan: Plan) -> tuple[str, str]:
        """The image and the artifact that are evaluated."""
        return plan.release.image, JobRecord.model_validate(self.training).artifact

    def predictions(self) -> str | None:
        """The S3 URI of the champion's predictions on the same rows, if there is a champion."""
        return f"{JobRecord.model_validate(self.champion).artifact}predictions.csv" if self.champion else None

    def show(self, description: Description) -> None:
        """Show where the numbers will be, too."""
        super().show(description)
        output = description["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"]
        EVALUATION.lead(self, read_settings().console.stored(f"{output.rstrip('/')}/"))

    def record(self, description: Description) -> dict[str, Any]:
        """Name, where the evaluation lies, and what it cost."""
        return processing_record(description, prices=read_settings().instance_prices).model_dump(mode="json")


class EvaluateChampion(Evaluate):
    """Run the live model on the same test rows; skipped when nothing is live yet, or when it cannot read them.

    A new feature must not lock a model out for ever: without the champion's numbers a person decides.
    """

    stage = Stage.CHAMPION

    def execute(self, context: Context) -> Any:
        """Skip without a champion."""
        if Plan.model_validate(self.plan).champion is None:
            raise AirflowSkipException("There is no champion: nothing is behind the endpoint yet")
        return super().execute(context)

    def failed(self, error: RunFailed) -> NoReturn:
        """Go on without the comparison."""
        raise AirflowSkipException(f"The champion cannot be compared with: {error}") from error

    def subject(self, plan: Plan) -> tuple[str, str]:
        """The champion's own image and artifact."""
        champion = plan.champion
        assert champion is not None  # execute() skips otherwise
        return champion.image, champion.artifact


@linked(EVALUATION)
@step
def judge(plan: dict[str, Any], evaluated: dict[str, Any]) -> dict[str, Any]:
    """Decide, from the numbers that the evaluations wrote, whether the new version may replace what is live."""
    planned, folder, s3 = Plan.model_validate(plan), JobRecord.model_validate(evaluated).artifact, client("s3")
    EVALUATION.lead_here(read_settings().console.stored(f"{folder}evaluation.json"))
    bucket, prefix = objects.split(folder)
    comparison = None
    if planned.champion:
        comparison = objects.find_json(s3, bucket=bucket, key=f"{prefix}comparison.json") or INCOMPARABLE
    verdict = evaluation.judge(
        planned.spec,
        evaluation=objects.read_json(s3, bucket=bucket, key=f"{prefix}evaluation.json"),
        comparison=comparison,
        champion_version=planned.champion.version if planned.champion else None,
    )
    return verdict.model_dump(mode="json")
