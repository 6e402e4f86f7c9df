"""The model registry: groups and their versioned model packages."""

from collections.abc import Mapping
from typing import Any

from local.aws.records import Record, Records
from local.aws.sagemaker.listing import Listing
from local.aws.sagemaker.place import Place
from local.aws.sagemaker.refusal import Refusal, invalid
from local.aws.sagemaker.service import shown

Request = Mapping[str, Any]
GROUPS = Listing("ListModelPackageGroups", "ModelPackageGroup")
PACKAGES = Listing("ListModelPackages", "ModelPackage")


class Groups:
    """Create, Describe, List and Delete of model package groups."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def create(self, place: Place, request: Request) -> dict[str, Any]:
        """Keep an empty group."""
        arn = place.arn("model-package-group", request["ModelPackageGroupName"])
        record = {**request, "ModelPackageGroupArn": arn, "ModelPackageGroupStatus": "Completed", "CreatedBy": {}}
        if not self._records.add(arn, record):
            raise invalid(f"Model Package Group already exists: {arn}")
        return {"ModelPackageGroupArn": arn}

    def describe(self, place: Place, request: Request) -> dict[str, Any]:
        """The group."""
        return shown("DescribeModelPackageGroup", find_group(self._records, place, request["ModelPackageGroupName"]))

    def list(self, place: Place, request: Request) -> dict[str, Any]:
        """A page of groups."""
        return GROUPS.answer(self._records.those(place.arn("model-package-group")), request)

    def delete(self, place: Place, request: Request) -> dict[str, Any]:
        """Forget a group without packages."""
        with self._records.lock:
            group = find_group(self._records, place, request["ModelPackageGroupName"])
            if self._records.those(place.arn("model-package", f"{group['ModelPackageGroupName']}/")):
                raise Refusal(
                    "ConflictException",
                    f"Model Package Group cannot be deleted: {group['arn']} still contains Model Packages.",
                )
            self._records.remove(group["arn"])
        return {}


class Packages:
    """Create, Describe, List, Update and Delete of model packages."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def create(self, place: Place, request: Request) -> dict[str, Any]:
        """Keep the next version of its group, or an unversioned package."""
        if ("ModelPackageGroupName" in request) == ("ModelPackageName" in request):
            raise invalid("Specify either ModelPackageGroupName or ModelPackageName.")
        with self._records.lock:
            identity = self._identity(place, request)
            arn = identity["ModelPackageArn"]
            done = [{"Name": arn.split(":", 5)[-1], "Status": "Completed"}]
            details = {"ValidationStatuses": done, "ImageScanStatuses": []}
            state = {"ModelPackageStatus": "Completed", "ModelPackageStatusDetails": details, "CreatedBy": {}}
            if not self._records.add(arn, {**request, **identity, **state}):
                raise invalid(f"Model Package already exists: {arn}")
        return {"ModelPackageArn": arn}

    def _identity(self, place: Place, request: Request) -> dict[str, Any]:
        if "ModelPackageName" in request:
            return {"ModelPackageArn": place.arn("model-package", request["ModelPackageName"])}
        group = find_group(self._records, place, request["ModelPackageGroupName"])
        version = group.get("versions", 0) + 1  # a deleted version's number is not given again
        self._records.change(group["arn"], versions=version, LastModifiedTime=group["LastModifiedTime"])
        name = group["ModelPackageGroupName"]
        return {
            "ModelPackageArn": place.arn("model-package", f"{name}/{version}"),
            "ModelPackageGroupName": name,
            "ModelPackageName": name,
            "ModelPackageVersion": version,
            "ModelApprovalStatus": request.get("ModelApprovalStatus", "PendingManualApproval"),
        }

    def describe(self, place: Place, request: Request) -> dict[str, Any]:
        """The package."""
        return shown("DescribeModelPackage", self._find(place, request["ModelPackageName"]))

    def list(self, place: Place, request: Request) -> dict[str, Any]:
        """A page of packages: of one group, or the unversioned ones."""
        group, kind = request.get("ModelPackageGroupName"), request.get("ModelPackageType", "Unversioned")
        approval = request.get("ModelApprovalStatus")
        records = self._records.those(place.arn("model-package"))
        if group is not None:
            name = group.rsplit("/", 1)[-1]
            records = [record for record in records if record.get("ModelPackageGroupName") == name]
        elif kind != "Both":
            records = [record for record in records if ("ModelPackageVersion" in record) == (kind == "Versioned")]
        return PACKAGES.answer([r for r in records if approval in (None, r.get("ModelApprovalStatus"))], request)

    def update(self, place: Place, request: Request) -> dict[str, Any]:
        """Replace what is given; customer metadata is merged."""
        with self._records.lock:
            package = self._find(place, request["ModelPackageArn"])
            kept = ("ModelPackageArn", "ClientToken", "CustomerMetadataPropertiesToRemove")
            changes = {name: value for name, value in request.items() if name not in kept}
            changes["CustomerMetadataProperties"] = _metadata(package, request)
            if added := changes.pop("AdditionalInferenceSpecificationsToAdd", []):
                known = package.get("AdditionalInferenceSpecifications", [])
                changes["AdditionalInferenceSpecifications"] = [*known, *added]
            self._records.change(package["arn"], **changes)
        return {"ModelPackageArn": package["arn"]}

    def delete(self, place: Place, request: Request) -> dict[str, Any]:
        """Forget a package."""
        self._records.remove(self._find(place, request["ModelPackageName"])["arn"])
        return {}

    def _find(self, place: Place, name: str) -> Record:
        record = self._records.find(package_arn(place, name))
        if record is None:
            raise invalid(f"ModelPackage {package_arn(place, name)} does not exist.")
        return record


def _metadata(package: Record, request: Request) -> dict[str, str]:
    removed = request.get("CustomerMetadataPropertiesToRemove", [])
    both = {**package.get("CustomerMetadataProperties", {}), **request.get("CustomerMetadataProperties", {})}
    return {name: value for name, value in both.items() if name not in removed}


def package_arn(place: Place, name: str) -> str:
    """The ARN of a package given by ARN or name."""
    return name if name.startswith("arn:") else place.arn("model-package", name)


def find_group(records: Records, place: Place, name: str) -> Record:
    """The group given by ARN or name; raises a Refusal."""
    arn = name if name.startswith("arn:") else place.arn("model-package-group", name)
    record = records.find(arn)
    if record is None:
        raise invalid(f"ModelPackageGroup {arn} does not exist.")
    return record
