"""The tasks that enter a trained version into SageMaker's registry."""

from collections.abc import Mapping
from typing import Any

from airflow.providers.amazon.aws.operators.sagemaker import SageMakerModelOperator

from modelway import names, serving
from modelway.aws import objects, registry
from modelway.errors import Refused
from modelway.plan import Plan
from modelway.record import JobRecord
from modelway.tasks.about import about
from modelway.tasks.clients import client
from modelway.tasks.compat import Context
from modelway.tasks.console import Arn
from modelway.tasks.failures import step, told
from modelway.tasks.links import MODEL, PACKAGE, linked
from modelway.tasks.settings import read_settings
from modelway.verdict import Verdict


class CreateModel(SageMakerModelOperator):
    """Make the SageMaker model of this training, deployed or not; its name tells version and time.

    Differs from the stock operator: a retry accepts the model that it has made before.
    """

    template_fields = ("plan", "training", *SageMakerModelOperator.template_fields)
    operator_extra_links = (MODEL,)

    def __init__(self, *, plan: Any, training: Any, **kwargs: Any) -> None:
        super().__init__(config={}, doc_md=about(type(self)), **kwargs)
        self.plan = plan
        self.training = training

    def execute(self, context: Context) -> str:  # type: ignore[override]
        """Create it unless it is there. (The stock operator returns a dict.)"""
        with told(context):
            plan, job = Plan.model_validate(self.plan), JobRecord.model_validate(self.training)
            account = read_settings().account(plan.id.project)
            name = names.model_name(plan.id, plan.trained, trained_at=job.ended_at)
            request = serving.model(
                name=name,
                container=serving.container(plan, artifact=job.artifact, bucket=account.bucket),
                role_arn=account.role_arn,
                tags=plan.tags(account.environment),
            )
            registry.create_once(client("sagemaker"), "create_model", request)
            MODEL.lead(self, read_settings().console.page(Arn.read(job.arn).beside("model", name)))
            return name


@linked(PACKAGE)
@step
def register(
    plan: dict[str, Any], training: dict[str, Any], evaluation: dict[str, Any], verdict: dict[str, Any], model: str
) -> str:
    """Enter the version into the model registry, with its verdict, as the package that a person approves.

    A function where the provider has an operator: that one registers a second package on a retry and takes neither
    metadata nor metrics.
    """
    planned, job = Plan.model_validate(plan), JobRecord.model_validate(training)
    sagemaker, bucket = client("sagemaker"), read_settings().bucket
    if found := registry.find_package(sagemaker, planned.id, planned.trained):
        return _shown(_own(found, planned))
    group = {"ModelPackageGroupName": planned.id.sagemaker, "ModelPackageGroupDescription": f"Versions of {planned.id}"}
    registry.create_once(sagemaker, "create_model_package_group", group)
    artifact_bucket, key = objects.split(job.artifact)
    request = serving.package(
        planned,
        container=serving.container(planned, artifact=job.artifact, bucket=bucket),
        model_name=model,
        training=job,
        artifact_sha256=objects.sha256(client("s3"), bucket=artifact_bucket, key=key),
        evaluation=f"{JobRecord.model_validate(evaluation).artifact}evaluation.json",
        verdict=Verdict.model_validate(verdict),
    )
    return _shown(str(sagemaker.create_model_package(**request)["ModelPackageArn"]))


def _shown(arn: str) -> str:
    """The package's ARN, to which the task's button leads now."""
    PACKAGE.lead_here(read_settings().console.page(Arn.read(arn)))
    return arn


def _own(package: Mapping[str, Any], plan: Plan) -> str:
    """The ARN of the package that this run has made before; another run's package holds other bytes."""
    maker = package["CustomerMetadataProperties"].get("run_id")
    if maker != plan.run_id:
        raise Refused(
            f"{plan.id} {plan.version} was registered by run {maker} meanwhile; retrain under the next +r number"
        )
    return str(package["ModelPackageArn"])
