"""The wait in the triggerer is the same for the kinds of job that no task of ours starts yet."""

import asyncio

import pytest

from modelway.jobs import Description, Kind
from modelway.tasks.triggers import RestTrigger
from tests.local.sagemaker_requests import transform_job, tuning_job
from tests.local.sagemaker_world import World
from tests.tasks.conftest import first_event

pytestmark = pytest.mark.server


def described(world: World, kind: Kind, name: str) -> Description:
    """What SageMaker says of it now."""
    description: Description = getattr(world.sm, kind.value.describe)(**{kind.value.name_key: name})
    return description


def rested(world: World, kind: Kind, name: str) -> Description:
    """What SageMaker says of it once the trigger has fired."""
    trigger = RestTrigger.after(kind, described(world, kind, name), aws_conn_id="aws_default")
    assert asyncio.run(first_event(trigger)).payload == {"name": name, "why": "rest"}
    return described(world, kind, name)


def test_a_transform_job_is_waited_for_to_its_end(world: World) -> None:
    world.model("waited")
    world.sm.create_transform_job(**transform_job("waited", world.put("waited/rows.csv"), model="waited"))
    assert rested(world, Kind.TRANSFORM, "waited")["TransformJobStatus"] == "Completed"


def test_a_tuning_job_is_waited_for_to_its_end(world: World) -> None:
    world.sm.create_hyper_parameter_tuning_job(**tuning_job("waited", world.image))
    assert rested(world, Kind.TUNING, "waited")["BestTrainingJob"]["TunedHyperParameters"] == {"x": "3"}
