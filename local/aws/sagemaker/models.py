"""Models: an image, its artefact and its environment under a name."""

from collections.abc import Mapping
from typing import Any

from local.aws.records import Record, Records
from local.aws.sagemaker.listing import Listing
from local.aws.sagemaker.packages import package_arn
from local.aws.sagemaker.place import Place
from local.aws.sagemaker.refusal import invalid
from local.aws.sagemaker.service import shown

Request = Mapping[str, Any]
LISTING = Listing("ListModels", "Model", order="Descending")


class Models:
    """CreateModel, DescribeModel, ListModels and DeleteModel."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def create(self, place: Place, request: Request) -> dict[str, Any]:
        """Keep a model whose packages, if it names any, are approved."""
        arn = place.arn("model", request["ModelName"])
        for container in containers(request):
            self._refuse_unusable(place, container)
        if not self._records.add(arn, {**request, "ModelArn": arn}):
            raise invalid(f'Cannot create already existing model "{arn}".')
        return {"ModelArn": arn}

    def describe(self, place: Place, request: Request) -> dict[str, Any]:
        """The model as it was created."""
        return shown("DescribeModel", find_model(self._records, place, request["ModelName"]))

    def list(self, place: Place, request: Request) -> dict[str, Any]:
        """A page of models."""
        return LISTING.answer(self._records.those(place.arn("model")), request)

    def delete(self, place: Place, request: Request) -> dict[str, Any]:
        """Forget a model; endpoints that run it go on."""
        self._records.remove(find_model(self._records, place, request["ModelName"])["arn"])
        return {}

    def _refuse_unusable(self, place: Place, container: Request) -> None:
        name = container.get("ModelPackageName")
        if name is None:
            if "Image" not in container:
                raise invalid("A container definition needs an Image or a ModelPackageName.")
            return
        package = self._records.find(package_arn(place, name))
        if package is None:
            raise invalid(f"ModelPackage {package_arn(place, name)} does not exist.")
        approval = package.get("ModelApprovalStatus", "Approved")
        if approval != "Approved":
            raise invalid(
                f"Cannot create a model from ModelPackage {package['arn']}: its ModelApprovalStatus is {approval}, "
                "only an Approved model package can be deployed."
            )


def containers(model: Request) -> "list[Request]":
    """The model's containers, primary first."""
    primary = model.get("PrimaryContainer")
    return [*([primary] if primary else []), *model.get("Containers", [])]


def find_model(records: Records, place: Place, name: str) -> Record:
    """The model of this name; raises a Refusal."""
    arn = place.arn("model", name)
    record = records.find(arn)
    if record is None:
        raise invalid(f'Could not find model "{arn}".')
    return record
