"""The first task of each DAG: what was asked for, read and checked."""

from typing import Any

from pydantic import ValidationError

from modelway.aws import approvals, endpoints, registry, releases
from modelway.errors import InputError, Refused
from modelway.plan import Conf, Deployment, Plan
from modelway.tasks.clients import client
from modelway.tasks.compat import Context, get_current_context
from modelway.tasks.failures import step
from modelway.tasks.settings import read_settings


@step
def read_release() -> dict[str, Any]:
    """Read the release to train, its specification, and the champion that it will have to beat."""
    context, bucket = get_current_context(), read_settings().bucket
    conf, sagemaker = _conf(context), client("sagemaker")
    release, spec = releases.read_release(client("s3"), conf.id, conf.trained.image, bucket=bucket)
    if registry.find_package(sagemaker, conf.id, conf.trained):
        raise Refused(
            f"{conf.id} {conf.version} is trained and registered already; retrain it under the next +r number"
        )
    plan = Plan(
        release=release,
        spec=spec,
        version=conf.version,
        run_id=context["run_id"],
        champion=endpoints.read_champion(sagemaker, conf.id),
    )
    return plan.model_dump(mode="json")


@step
def read_approved_package() -> dict[str, Any]:
    """Read the approved package, and refuse it unless it still holds what was approved."""
    context, bucket = get_current_context(), read_settings().bucket
    conf, sagemaker = _conf(context), client("sagemaker")
    package = registry.read_package(sagemaker, conf.id, conf.trained)
    registry.require_approved(package, model=conf.id, version=conf.trained)
    name = f"{conf.id} {conf.version}"
    approvals.require_deployable(package, name=name)
    approvals.require_same_bytes(client("ecr"), client("s3"), package, model=conf.id, name=name)
    release, spec = releases.read_release(client("s3"), conf.id, conf.trained.image, bucket=bucket)
    plan = Plan(release=release, spec=spec, version=conf.version, run_id=context["run_id"])
    model_name = registry.require_model(sagemaker, package)
    deployment = Deployment(plan=plan, model_name=model_name, package_arn=package["ModelPackageArn"])
    return deployment.model_dump(mode="json")


def _conf(context: Context) -> Conf:
    try:
        return Conf.model_validate({key: value for key, value in context["params"].items() if value is not None})
    except ValidationError as error:
        wrong = "; ".join(f"{item['loc'][0]} is {item['input']!r}: {item['msg']}" for item in error.errors())
        raise InputError(f"the run's conf is wrong: {wrong}") from error
