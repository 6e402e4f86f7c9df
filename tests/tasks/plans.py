"""Plans whose jobs run the small program of the local SageMaker's tests."""

from datetime import UTC, datetime

from modelway.plan import Plan
from modelway.release import Release
from modelway.spec import ModelSpec
from tests.decisions.plans import SPEC
from tests.local.sagemaker_world import World


def plan_of(world: World, version: str, *, max_runtime: str = "60s", **hyperparameters: str) -> Plan:
    """A plan of this version; the hyperparameters tell the program what to do."""
    world.put("models/demo/breast-cancer/data/train/train.csv")
    return Plan(
        release=Release(
            project="demo",
            model="breast-cancer",
            version=version,
            image=world.image,
            created_at=datetime(2026, 11, 21, tzinfo=UTC),
        ),
        spec=spec_of(max_runtime=max_runtime, **hyperparameters),
        version=version,
        run_id="t-0123456789abcdef",
    )


def spec_of(*, max_runtime: str, **hyperparameters: str) -> ModelSpec:
    """The template's specification with other hyperparameters."""
    document = SPEC.model_dump(mode="json")
    document["train"] |= {"max_runtime": max_runtime, "hyperparameters": hyperparameters}
    return ModelSpec.model_validate(document)
