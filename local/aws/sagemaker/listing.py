"""Answers List operations the way AWS pages, filters and sorts."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.aws.records import Record
from local.aws.sagemaker.refusal import invalid
from local.aws.sagemaker.service import listed

Request = Mapping[str, Any]
DEFAULT_PAGE = 10


@dataclass(frozen=True)
class Listing:
    """A List operation; `noun` begins the member names, as in TrainingJobName and TrainingJobStatus."""

    operation: str
    noun: str
    order: str = "Ascending"  # each operation documents its own default

    def answer(self, records: Iterable[Record], request: Request) -> dict[str, Any]:
        """One page of summaries."""
        rows = sorted(self._matching(records, request), key=lambda record: self._key(record, request))
        if request.get("SortOrder", self.order) == "Descending":
            rows.reverse()
        rows = self._after_token(rows, request)
        page, rest = rows[: request.get("MaxResults", DEFAULT_PAGE)], rows[request.get("MaxResults", DEFAULT_PAGE) :]
        # AWS cuts the page first and looks at the status then: a page can be empty and still have a successor.
        name, summaries = listed(self.operation, [record for record in page if self._has_status(record, request)])
        token = {"NextToken": _encoded(page[-1]["arn"])} if rest else {}
        return {name: summaries, **token}

    def _matching(self, records: Iterable[Record], request: Request) -> list[Record]:
        wanted = request.get("NameContains", "")
        return [record for record in records if wanted in self._name(record) and _within(record, request)]

    def _name(self, record: Record) -> str:
        return str(record.get(f"{self.noun}Name", ""))

    def _key(self, record: Record, request: Request) -> tuple[Any, str]:
        field = request.get("SortBy", "CreationTime")
        member = f"{self.noun}{field}" if field in ("Name", "Status") else field
        return record.get(member, record["CreationTime"]), record["arn"]

    def _after_token(self, rows: list[Record], request: Request) -> list[Record]:
        if "NextToken" not in request:
            return rows
        last = _decoded(request["NextToken"])
        arns = [record["arn"] for record in rows]
        if last not in arns:
            raise invalid("NextToken does not belong to this request; list again from the start")
        return rows[arns.index(last) + 1 :]

    def _has_status(self, record: Record, request: Request) -> bool:
        return request.get("StatusEquals") in (None, record.get(f"{self.noun}Status"))


def _within(record: Record, request: Request) -> bool:
    """Whether the record's times lie between the asked ones."""
    for member in ("CreationTime", "LastModifiedTime"):
        after, before = request.get(f"{member}After"), request.get(f"{member}Before")
        if after is not None and record[member] < _seconds(after):
            return False
        if before is not None and record[member] > _seconds(before):
            return False
    return True


def _seconds(moment: float | str) -> float:
    return datetime.fromisoformat(moment).timestamp() if isinstance(moment, str) else float(moment)


def _encoded(arn: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(arn).encode()).decode()


def _decoded(token: str) -> str:
    try:
        return str(json.loads(base64.urlsafe_b64decode(token)))
    except ValueError as error:
        raise invalid("NextToken is not one of ours; list again from the start") from error
