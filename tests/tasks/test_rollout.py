"""A roll-out is a success only when the asked configuration is live."""

from typing import Any

import pytest

from modelway.plan import Deployment, Plan
from modelway.tasks.compat import AirflowFailException
from modelway.tasks.rollout import CreateEndpointConfig, RollOut
from tests.local.sagemaker_world import World
from tests.tasks.conftest import Worker
from tests.tasks.plans import plan_of

pytestmark = pytest.mark.server
ENDPOINT = "demo--breast-cancer"


def deployment(world: World, version: str, **environment: str) -> dict[str, Any]:
    plan: Plan = plan_of(world, version)
    name = world.model(f"model-{plan.trained.slug}", **environment)
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/demo--breast-cancer/1"
    return Deployment(plan=plan, model_name=name, package_arn=arn).model_dump(mode="json")


def configured(worker: Worker, asked: dict[str, Any]) -> str:
    return str(worker.run(CreateEndpointConfig(task_id="create_endpoint_config", deployment=asked)))


def roll_out(asked: dict[str, Any], config: str) -> RollOut:
    return RollOut(task_id="roll_out", deployment=asked, endpoint_config=config)


def live(world: World) -> str:
    return str(world.endpoint(ENDPOINT)["EndpointConfigName"])


def delete_endpoint(world: World) -> None:
    if world.sm.list_endpoints(NameContains=ENDPOINT)["Endpoints"]:
        world.sm.delete_endpoint(EndpointName=ENDPOINT)
        world.sm.get_waiter("endpoint_deleted").wait(EndpointName=ENDPOINT, WaiterConfig={"Delay": 1})


def test_an_endpoint_is_created_updated_and_found_as_asked(world: World, worker: Worker) -> None:
    for version in ("2.0.0", "2.0.1"):
        asked = deployment(world, version)
        config = configured(worker, asked)
        assert worker.run(roll_out(asked, config)) == ENDPOINT
        assert live(world) == config
    waited = worker.deferred
    assert worker.run(roll_out(asked, config)) == ENDPOINT
    assert worker.deferred == waited


def test_a_rolled_back_update_is_a_failure_with_reason_and_logs(world: World, worker: Worker) -> None:
    good = deployment(world, "2.1.0")
    before = configured(worker, good)
    worker.run(roll_out(good, before))
    sick = deployment(world, "2.1.1", EXIT="yes")
    with pytest.raises(AirflowFailException, match="was rolled back"):
        worker.run(roll_out(sick, configured(worker, sick)))
    assert live(world) == before
    assert "cannot load the model" in "\n".join(worker.ti.pushed["failure"]["log_tail"])


def test_an_endpoint_that_never_came_into_service_is_made_anew(world: World, worker: Worker) -> None:
    delete_endpoint(world)
    sick = deployment(world, "2.2.0", EXIT="yes")
    with pytest.raises(AirflowFailException, match="is Failed"):
        worker.run(roll_out(sick, configured(worker, sick)))
    well = deployment(world, "2.2.1")
    config = configured(worker, well)
    assert worker.run(roll_out(well, config)) == ENDPOINT
    assert live(world) == config


def test_a_configuration_made_before_is_used_again(world: World, worker: Worker) -> None:
    asked = deployment(world, "2.3.0")
    assert configured(worker, asked) == configured(worker, asked)


def test_a_roll_out_waits_for_the_one_that_is_under_way(world: World, worker: Worker) -> None:
    first = deployment(world, "2.4.0")
    worker.run(roll_out(first, configured(worker, first)))
    slow, other = deployment(world, "2.4.1", SICK="yes"), deployment(world, "2.4.2")
    world.sm.update_endpoint(EndpointName=ENDPOINT, EndpointConfigName=configured(worker, slow))
    config, deferred = configured(worker, other), worker.deferred
    worker.run(roll_out(other, config))
    assert (live(world), worker.deferred - deferred) == (config, 2)
