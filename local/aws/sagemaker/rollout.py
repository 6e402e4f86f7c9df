"""Carries endpoints from one state to the next, in threads of their own."""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from local.aws.records import Record, Records
from local.aws.sagemaker.deployment import Deployer, DeploymentFailed
from local.aws.sagemaker.fleet import Fleet
from local.aws.sagemaker.limits import Limits
from local.aws.sagemaker.place import place_of
from local.aws.sagemaker.plan import PlanError, VariantPlan, plan_variants
from local.aws.sagemaker.refusal import Refusal
from local.aws.sagemaker.traffic import Traffic

log = logging.getLogger(__name__)
REASON_LENGTH = 1024
CLOSING_GRACE = 3.0


class Rollouts:
    """Create, update, delete and resume; an endpoint's record always says where it is."""

    def __init__(self, records: Records, traffic: Traffic, deployer: Deployer, limits: Limits) -> None:
        self._records, self._traffic, self._deployer, self._limits = records, traffic, deployer, limits
        self._threads: set[threading.Thread] = set()
        # What the last server left; requests that come before `resume` are not among it.
        self._left = [record for record in records.those("arn:") if "EndpointStatus" in record]

    def create(self, arn: str) -> None:
        """Bring up the first fleet."""
        self._begin(self._create, arn)

    def update(self, arn: str) -> None:
        """Bring up a fleet of the pending configuration beside the live one, then switch."""
        self._begin(self._update, arn)

    def delete(self, arn: str) -> None:
        """Take the endpoint down and forget it."""
        self._begin(self._delete, arn)

    def resume(self) -> None:
        """Carry on where the last server stopped."""
        steps = {"Creating": self._create, "Deleting": self._delete}
        for record in self._left:
            status = record["EndpointStatus"]
            if status in steps:
                self._begin(steps[status], record["arn"])
            elif status in ("InService", "Updating", "RollingBack"):
                self._begin(self._restore, record["arn"])

    def close(self) -> None:
        """Stop all processes; the records stay as they are."""
        self._deployer.closing.set()
        fleets = self._traffic.take_all()
        stoppers = [threading.Thread(target=fleet.stop, args=(CLOSING_GRACE,)) for fleet in fleets]
        for thread in stoppers:
            thread.start()
        for thread in [*stoppers, *self._threads]:
            thread.join(CLOSING_GRACE * 2)

    def _begin(self, step: Callable[[str], None], arn: str) -> None:
        thread = threading.Thread(target=self._run, args=(step, arn), name=f"rollout {arn}", daemon=True)
        self._threads = {known for known in self._threads if known.is_alive()} | {thread}
        thread.start()

    def _run(self, step: Callable[[str], None], arn: str) -> None:
        try:
            step(arn)
        except Exception as error:
            log.exception("%s: a rollout failed for a reason of ours", arn)
            self._settle(arn, EndpointStatus="Failed", FailureReason=f"InternalServerError: {error!r}")

    def _create(self, arn: str) -> None:
        record = self._records.find(arn)
        if record is None:
            return
        try:
            self._go_live(arn, record["EndpointConfigName"], deployment=_new_deployment())
        except DeploymentFailed as failure:
            self._settle(arn, EndpointStatus="Failed", FailureReason=str(failure)[:REASON_LENGTH])

    def _update(self, arn: str) -> None:
        record = self._records.find(arn)
        if record is None:
            return
        try:
            self._go_live(arn, record["pending"], deployment=_new_deployment())
        except DeploymentFailed as failure:
            reason = str(failure)[:REASON_LENGTH]
            self._settle(arn, EndpointStatus="RollingBack", FailureReason=reason)
            self._settle(arn, EndpointStatus="InService", FailureReason=reason, pending=None)

    def _go_live(self, arn: str, config_name: str, *, deployment: str) -> None:
        """Bring up a fleet and send it the traffic; the fleet before it finishes what it has."""
        try:
            plans = self._plans(arn, config_name)
            fleet = self._deployer.bring_up(arn, plans, deployment=deployment)
        except (PlanError, Refusal) as error:
            raise DeploymentFailed(str(error)) from error
        except DeploymentFailed:
            self._deployer.clean(arn, deployment)
            raise
        self._switch(arn, fleet, config_name=config_name, deployment=deployment)

    def _plans(self, arn: str, config_name: str) -> list[VariantPlan]:
        """The configuration's plans, with the live weights and counts where the update is to retain them."""
        record = self._records.find(arn) or {}
        plans = plan_variants(self._records, place_of(arn), config_name)
        live = {plan["name"]: plan for plan in record.get("plans", [])} if record.get("retain") else {}
        return [
            replace(plan, weight=live[plan.name]["weight"], count=live[plan.name]["count"])
            if plan.name in live
            else plan
            for plan in plans
        ]

    def _switch(self, arn: str, fleet: Fleet, *, config_name: str, deployment: str) -> None:
        record = self._records.find(arn) or {}
        before = self._traffic.switch(arn, fleet)
        live: dict[str, Any] = {
            "EndpointConfigName": config_name,
            "EndpointStatus": "InService",
            "FailureReason": None,
            "pending": None,
            "deployment": deployment,
            "plans": [variant.plan.as_record() for variant in fleet.variants.values()],
        }
        if self._deployer.closing.is_set() or self._records.change(arn, **live) is None:
            self._retire(arn, self._traffic.switch(arn, None), deployment)
        self._retire(arn, before, record.get("deployment"))

    def _retire(self, arn: str, fleet: Fleet | None, deployment: str | None) -> None:
        """Let a fleet finish its requests and stop it."""
        if fleet is None:
            return
        fleet.drain(self._limits.invocation)
        fleet.stop(CLOSING_GRACE if self._deployer.closing.is_set() else self._limits.endpoint_grace)
        if deployment:
            self._deployer.clean(arn, deployment)

    def _restore(self, arn: str) -> None:
        """Bring the live fleet back, then carry on with an update that was under way."""
        record = self._records.find(arn)
        if record is None:
            return
        plans = [VariantPlan(**plan) for plan in record["plans"]]
        try:
            self._traffic.switch(arn, self._deployer.bring_up(arn, plans, deployment=record["deployment"]))
        except DeploymentFailed as failure:
            self._settle(arn, EndpointStatus="Failed", FailureReason=str(failure)[:REASON_LENGTH])
            return
        if record.get("pending"):
            self._update(arn)

    def _delete(self, arn: str) -> None:
        fleet = self._traffic.switch(arn, None)
        if fleet is not None:
            fleet.stop(self._limits.endpoint_grace)
        self._deployer.clean(arn)
        if not self._deployer.closing.is_set():
            self._records.remove(arn)

    def _settle(self, arn: str, **members: Any) -> Record | None:
        """Record a state, unless the server stops: then the step is taken again at the next start."""
        return None if self._deployer.closing.is_set() else self._records.change(arn, **members)


def _new_deployment() -> str:
    """A name for a deployment's folder, in order of time."""
    return f"{int(time.time()):x}-{secrets.token_hex(3)}"
