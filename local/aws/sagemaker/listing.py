"""Answers List operations the way AWS pages, filters and sorts."""

import base64
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.aws.records import TIMES, Record, Records, Times
from local.aws.sagemaker.refusal import invalid
from local.aws.sagemaker.service import listed

Request = Mapping[str, Any]
Key = tuple[Any, str]
DEFAULT_PAGE = 10


@dataclass(frozen=True)
class Listing:
    """A List operation; `noun` begins the member names, as in TrainingJobName and TrainingJobStatus."""

    operation: str
    noun: str
    order: str = "Ascending"  # each operation documents its own default

    def page(self, records: Records, prefix: str, request: Request) -> dict[str, Any]:
        """One page of a kind of which an account may have very many."""
        return self.answer(records.within(prefix, _times(request)), request)

    def answer(self, records: Iterable[Record], request: Request) -> dict[str, Any]:
        """One page of summaries."""
        rows = self._rows(records, request)
        size = request.get("MaxResults", DEFAULT_PAGE)
        page, rest = rows[:size], rows[size:]
        # AWS cuts the page first and looks at the status then: a page can be empty and still have a successor.
        name, summaries = listed(self.operation, [record for record in page if self._has_status(record, request)])
        token = {"NextToken": _encoded(request, self._key(page[-1], request))} if rest else {}
        return {name: summaries, **token}

    def _rows(self, records: Iterable[Record], request: Request) -> list[Record]:
        """All that the request asks for, in its order, from where its token says."""
        is_descending = request.get("SortOrder", self.order) == "Descending"
        keys = ((self._key(record, request), record) for record in self._matching(records, request))
        if "NextToken" in request:
            last = _decoded(request)
            keys = ((key, record) for key, record in keys if (key < last if is_descending else key > last))
        return [record for _, record in sorted(keys, key=lambda pair: pair[0], reverse=is_descending)]

    def _matching(self, records: Iterable[Record], request: Request) -> list[Record]:
        wanted, times = request.get("NameContains", ""), _times(request)
        return [record for record in records if wanted in self._name(record) and _is_within(record, times)]

    def _name(self, record: Record) -> str:
        return str(record.get(f"{self.noun}Name", ""))

    def _key(self, record: Record, request: Request) -> Key:
        """By what a row is sorted: a page follows another one's last row even where that row is gone by now."""
        field = request.get("SortBy", "CreationTime")
        member = f"{self.noun}{field}" if field in ("Name", "Status") else field
        return record.get(member, record["CreationTime"]), record["arn"]

    def _has_status(self, record: Record, request: Request) -> bool:
        return request.get("StatusEquals") in (None, record.get(f"{self.noun}Status"))


def _times(request: Request) -> Times:
    """The spans of time that are asked for, both ends included."""
    spans = {
        name: (_seconds(request.get(f"{name}After", -math.inf)), _seconds(request.get(f"{name}Before", math.inf)))
        for name in TIMES
    }
    return {name: span for name, span in spans.items() if span != (-math.inf, math.inf)}


def _is_within(record: Record, times: Times) -> bool:
    return all(after <= record[name] <= before for name, (after, before) in times.items())


def _seconds(moment: float | str) -> float:
    return datetime.fromisoformat(moment).timestamp() if isinstance(moment, str) else float(moment)


def _encoded(request: Request, key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps([_asked(request), *key]).encode()).decode()


def _decoded(request: Request) -> Key:
    """The last row before this page, in the order of the request."""
    try:
        asked, value, arn = json.loads(base64.urlsafe_b64decode(request["NextToken"]))
    except ValueError as error:
        raise invalid("NextToken is not one of ours; list again from the start") from error
    if asked != _asked(request):
        raise invalid("NextToken does not belong to this request; list again from the start")
    return value, arn


def _asked(request: Request) -> str:
    """What tells one list from another, however it is cut into pages."""
    asked = {name: value for name, value in request.items() if name not in ("NextToken", "MaxResults")}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]
