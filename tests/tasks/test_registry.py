"""The registry: what is made once stays one, and a package names the very model that is deployed."""

from typing import Any

import pytest

from modelway import names, serving
from modelway.aws import registry
from modelway.errors import NotFound, Refused
from modelway.plan import Plan
from modelway.record import JobRecord
from modelway.tasks.registration import CreateModel
from modelway.verdict import Outcome, Verdict
from tests.local.sagemaker_world import World
from tests.tasks.conftest import Worker
from tests.tasks.plans import plan_of

pytestmark = pytest.mark.server
FIRST = Verdict(outcome=Outcome.FIRST, reason="nothing to compare with", metrics=[])


def trained(world: World, version: str) -> JobRecord:
    return JobRecord.model_validate(
        {
            "name": f"job-{version.replace('.', '-')}",
            "arn": "arn:aws:sagemaker:eu-west-1:123456789012:training-job/job",
            "ended_at": "2026-11-21T10:00:00Z",
            "artifact": world.artefact(f"registry-{version}"),
        }
    )


def create_model(worker: Worker, plan: Plan, job: JobRecord) -> str:
    told = {"plan": plan.model_dump(mode="json"), "training": job.model_dump(mode="json")}
    return str(worker.run(CreateModel(task_id="create_model", **told)))


def register(world: World, plan: Plan, job: JobRecord, *, model: str) -> None:
    group = {"ModelPackageGroupName": plan.id.sagemaker}
    registry.create_once(world.sm, "create_model_package_group", group)
    request = serving.package(
        plan,
        container=serving.container(plan, artifact=job.artifact, bucket="b"),
        model_name=model,
        training=job,
        artifact_sha256="a" * 64,
        evaluation="s3://b/evaluation.json",
        verdict=FIRST,
    )
    world.sm.create_model_package(**request)


def test_a_models_name_tells_version_and_time_and_a_retry_keeps_it(world: World, worker: Worker) -> None:
    plan, job = plan_of(world, "3.0.0"), trained(world, "3.0.0")
    assert create_model(worker, plan, job) == create_model(worker, plan, job)
    (found,) = world.sm.list_models(NameContains="v3-0-0")["Models"]
    known = names.parse_model_name(found["ModelName"])
    assert known is not None
    assert (str(known.version), known.trained_at) == ("3.0.0", job.ended_at)


def test_a_package_is_found_by_its_trained_version(world: World, worker: Worker) -> None:
    for version in ("3.1.0", "3.1.10"):
        plan, job = plan_of(world, version), trained(world, version)
        register(world, plan, job, model=create_model(worker, plan, job))
    found: Any = registry.find_package(world.sm, plan.id, plan_of(world, "3.1.0").trained)
    assert found["CustomerMetadataProperties"]["version"] == "3.1.0"
    assert registry.require_model(world.sm, found).startswith("demo--breast-cancer-v3-1-0-")


def test_a_version_that_is_not_registered_is_told_with_those_that_are(world: World, worker: Worker) -> None:
    plan, job = plan_of(world, "3.2.0"), trained(world, "3.2.0")
    register(world, plan, job, model=create_model(worker, plan, job))
    with pytest.raises(NotFound, match=r"no trained version 9\.9\.9; there are 3\.2\.0"):
        registry.read_package(world.sm, plan.id, plan_of(world, "9.9.9").trained)


def test_a_package_whose_model_holds_something_else_is_refused(world: World, worker: Worker) -> None:
    plan, job = plan_of(world, "3.3.0"), trained(world, "3.3.0")
    other = create_model(worker, plan_of(world, "3.3.1"), trained(world, "3.3.1"))
    register(world, plan, job, model=other)
    found: Any = registry.find_package(world.sm, plan.id, plan.trained)
    with pytest.raises(Refused, match="has ModelDataUrl"):
        registry.require_model(world.sm, found)


def test_only_an_approved_package_passes(world: World, worker: Worker) -> None:
    plan, job = plan_of(world, "3.4.0"), trained(world, "3.4.0")
    register(world, plan, job, model=create_model(worker, plan, job))
    found: Any = registry.find_package(world.sm, plan.id, plan.trained)
    with pytest.raises(Refused, match=r"3\.4\.0 is PendingManualApproval, not Approved"):
        registry.require_approved(found, model=plan.id, version=plan.trained)
    world.sm.update_model_package(ModelPackageArn=found["ModelPackageArn"], ModelApprovalStatus="Approved")
    approved: Any = registry.find_package(world.sm, plan.id, plan.trained)
    registry.require_approved(approved, model=plan.id, version=plan.trained)
