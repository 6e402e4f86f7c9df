"""Tags of every resource kept here."""

from collections.abc import Mapping
from typing import Any

from local.aws.records import Record, Records
from local.aws.sagemaker.place import Place
from local.aws.sagemaker.refusal import invalid

Request = Mapping[str, Any]
LIMIT = 50


class Tags:
    """AddTags, ListTags and DeleteTags."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def add(self, _: Place, request: Request) -> dict[str, Any]:
        """AddTags: a known key gets the new value."""
        with self._records.lock:
            record = self._record(request)
            tags = merged(record.get("Tags", []), request["Tags"])
            self._records.change(record["arn"], Tags=tags, LastModifiedTime=record["LastModifiedTime"])
        return {"Tags": tags}

    def list(self, _: Place, request: Request) -> dict[str, Any]:
        """ListTags, all on one page: there are 50 at most."""
        return {"Tags": self._record(request).get("Tags", [])}

    def delete(self, _: Place, request: Request) -> dict[str, Any]:
        """DeleteTags by key."""
        with self._records.lock:
            record = self._record(request)
            tags = [tag for tag in record.get("Tags", []) if tag["Key"] not in request["TagKeys"]]
            self._records.change(record["arn"], Tags=tags, LastModifiedTime=record["LastModifiedTime"])
        return {}

    def _record(self, request: Request) -> Record:
        record = self._records.find(request["ResourceArn"])
        if record is None:
            raise invalid(f"Could not find resource with ARN {request['ResourceArn']}.")
        return record


KINDS = frozenset(
    {
        "training-job",
        "processing-job",
        "transform-job",
        "hyper-parameter-tuning-job",
        "model",
        "model-package-group",
        "model-package",
        "endpoint-config",
        "endpoint",
    }
)


def merged(old: "list[dict[str, str]]", new: "list[dict[str, str]]") -> "list[dict[str, str]]":
    """The old tags with the new ones put over them."""
    values = {tag["Key"]: tag["Value"] for tag in [*old, *new]}
    if len(values) > LIMIT:
        raise invalid(f"A resource can have {LIMIT} tags; {len(values)} would be too many")
    return [{"Key": key, "Value": value} for key, value in values.items()]
