"""Endpoint configurations: which models an endpoint serves, and how much of the traffic each gets."""

from collections.abc import Mapping
from typing import Any

from local.aws.records import Record, Records
from local.aws.sagemaker.listing import Listing
from local.aws.sagemaker.models import find_model
from local.aws.sagemaker.place import Place
from local.aws.sagemaker.refusal import invalid
from local.aws.sagemaker.service import shown

Request = Mapping[str, Any]
LISTING = Listing("ListEndpointConfigs", "EndpointConfig", order="Descending")


class EndpointConfigs:
    """Create, Describe, List and Delete of endpoint configurations."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def create(self, place: Place, request: Request) -> dict[str, Any]:
        """Keep a configuration whose models exist."""
        arn = place.arn("endpoint-config", request["EndpointConfigName"])
        for variant in request["ProductionVariants"]:
            self._refuse_unusable(place, variant)
        names = [variant["VariantName"] for variant in request["ProductionVariants"]]
        if len(set(names)) < len(names):
            raise invalid(f"Production variants must have names of their own; got {', '.join(names)}.")
        if not self._records.add(arn, {**request, "EndpointConfigArn": arn}):
            raise invalid(f'Cannot create already existing endpoint configuration "{arn}".')
        return {"EndpointConfigArn": arn}

    def describe(self, place: Place, request: Request) -> dict[str, Any]:
        """The configuration as it was created."""
        return shown("DescribeEndpointConfig", find_config(self._records, place, request["EndpointConfigName"]))

    def list(self, place: Place, request: Request) -> dict[str, Any]:
        """A page of configurations."""
        return LISTING.answer(self._records.those(place.arn("endpoint-config")), request)

    def delete(self, place: Place, request: Request) -> dict[str, Any]:
        """Forget a configuration, in use or not, as AWS does."""
        self._records.remove(find_config(self._records, place, request["EndpointConfigName"])["arn"])
        return {}

    def _refuse_unusable(self, place: Place, variant: Request) -> None:
        if "ModelName" not in variant:
            raise invalid(f"Variant {variant['VariantName']} needs a ModelName: the local platform serves models only.")
        find_model(self._records, place, variant["ModelName"])


def find_config(records: Records, place: Place, name: str) -> Record:
    """The configuration of this name; raises a Refusal."""
    arn = place.arn("endpoint-config", name)
    record = records.find(arn)
    if record is None:
        raise invalid(f'Could not find endpoint configuration "{arn}".')
    return record
