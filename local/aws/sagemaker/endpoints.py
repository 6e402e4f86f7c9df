"""Endpoints: the operations on their records."""

from collections.abc import Mapping
from typing import Any

from local.aws.records import Record, Records
from local.aws.sagemaker.configs import find_config
from local.aws.sagemaker.instances import variant_instances
from local.aws.sagemaker.listing import Listing
from local.aws.sagemaker.place import Place
from local.aws.sagemaker.quotas import Quotas
from local.aws.sagemaker.refusal import invalid
from local.aws.sagemaker.rollout import Rollouts
from local.aws.sagemaker.service import shown
from local.aws.sagemaker.traffic import Traffic

Request = Mapping[str, Any]
LISTING = Listing("ListEndpoints", "Endpoint", order="Descending")
IN_PROGRESS = ("Creating", "Updating", "RollingBack", "Deleting")


class Endpoints:
    """Create, Update, Describe, List and Delete of endpoints, and their weights."""

    def __init__(self, records: Records, traffic: Traffic, rollouts: Rollouts, quotas: Quotas) -> None:
        self._records, self._traffic, self._rollouts, self._quotas = records, traffic, rollouts, quotas

    def create(self, place: Place, request: Request) -> dict[str, Any]:
        """Keep an endpoint and bring it up."""
        arn = place.arn("endpoint", request["EndpointName"])
        instances = self._instances(place, request) if self._records.find(arn) is None else {}
        state = {"EndpointStatus": "Creating", "instances": instances}
        if not self._quotas.add(arn, {**request, "EndpointArn": arn, **state}):
            raise invalid(f'Cannot create already existing endpoint "{arn}".')
        self._rollouts.create(arn)
        return {"EndpointArn": arn}

    def update(self, place: Place, request: Request) -> dict[str, Any]:
        """Put another configuration behind the endpoint."""
        with self._records.lock:
            record = self._changeable(place, request["EndpointName"])
            fleet = {"instances": self._instances(place, request)}
            self._quotas.refuse_excess({**fleet, "arn": record["arn"]})  # the live fleet stays until the new one serves
            pending = {"EndpointStatus": "Updating", "pending": request["EndpointConfigName"], "FailureReason": None}
            asked = {
                "LastDeploymentConfig": request.get("DeploymentConfig"),
                "retain": request.get("RetainAllVariantProperties", False),
            }
            self._records.change(record["arn"], **pending, **asked, **fleet)
        self._rollouts.update(record["arn"])
        return {"EndpointArn": record["arn"]}

    def weigh(self, place: Place, request: Request) -> dict[str, Any]:
        """UpdateEndpointWeightsAndCapacities, at once."""
        with self._records.lock:
            record = self._changeable(place, request["EndpointName"])
            plans = {plan["name"]: dict(plan) for plan in record["plans"]}
            for wanted in request["DesiredWeightsAndCapacities"]:
                if wanted["VariantName"] not in plans:
                    raise invalid(f"Endpoint {record['arn']} has no variant {wanted['VariantName']}.")
                plan = plans[wanted["VariantName"]]
                plan["weight"] = wanted.get("DesiredWeight", plan["weight"])
                plan["count"] = wanted.get("DesiredInstanceCount", plan["count"])
            self._records.change(record["arn"], plans=list(plans.values()))
            if (fleet := self._traffic.fleet(record["arn"])) is not None:
                fleet.weights = {name: plan["weight"] for name, plan in plans.items()}
        return {"EndpointArn": record["arn"]}

    def describe(self, place: Place, request: Request) -> dict[str, Any]:
        """The endpoint with what is live behind it now."""
        record = self._find(place, request["EndpointName"])
        pending = (
            {"PendingDeploymentSummary": {"EndpointConfigName": record["pending"]}} if record.get("pending") else {}
        )
        return shown("DescribeEndpoint", {**self._as_it_is(record), **pending})

    def list(self, place: Place, request: Request) -> dict[str, Any]:
        """A page of endpoints."""
        return LISTING.answer(
            [self._as_it_is(record) for record in self._records.those(place.arn("endpoint"))], request
        )

    def delete(self, place: Place, request: Request) -> dict[str, Any]:
        """Take an endpoint down."""
        with self._records.lock:
            record = self._find(place, request["EndpointName"])
            if record["EndpointStatus"] in IN_PROGRESS or self._is_coming_back(record):
                raise invalid(f'Cannot delete in-progress endpoint "{record["arn"]}".')
            self._records.change(record["arn"], EndpointStatus="Deleting")
        self._rollouts.delete(record["arn"])
        return {}

    def _instances(self, place: Place, request: Request) -> dict[str, int]:
        """What the asked configuration takes, by instance type."""
        return variant_instances(find_config(self._records, place, request["EndpointConfigName"])["ProductionVariants"])

    def _find(self, place: Place, name: str) -> Record:
        arn = place.arn("endpoint", name)
        record = self._records.find(arn)
        if record is None:
            raise invalid(f'Could not find endpoint "{arn}".')
        return record

    def _changeable(self, place: Place, name: str) -> Record:
        record = self._find(place, name)
        if record["EndpointStatus"] in IN_PROGRESS or self._is_coming_back(record):
            raise invalid(f'Cannot update in-progress endpoint "{record["arn"]}".')
        if record["EndpointStatus"] == "Failed":
            raise invalid(f'Cannot update endpoint "{record["arn"]}" in status Failed; delete it and create it again.')
        return record

    def _is_coming_back(self, record: Record) -> bool:
        """Whether the server started a moment ago and the endpoint's processes are not up again."""
        return record["EndpointStatus"] == "InService" and self._traffic.fleet(record["arn"]) is None

    def _as_it_is(self, record: Record) -> dict[str, Any]:
        """The record with its processes looked at: one that is InService but does not answer is SystemUpdating."""
        fleet = self._traffic.fleet(record["arn"])
        status = record["EndpointStatus"]
        if status == "InService" and not (fleet and fleet.healthy):
            status = "SystemUpdating"
        counts = {plan["name"]: plan["count"] for plan in record.get("plans", [])}
        variants = {"ProductionVariants": fleet.summaries(counts)} if fleet else {}
        return {**record, "EndpointStatus": status, **variants}
