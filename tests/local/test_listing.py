"""A list of very many jobs answers as if it had looked at each of them."""

import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.aws.records import Record, Records
from local.aws.sagemaker.listing import Listing
from local.aws.sagemaker.refusal import Refusal
from local.aws.timeline import Timeline

PREFIX = "arn:aws:sagemaker:eu-west-1:123456789012:training-job/"
LISTING = Listing("ListTrainingJobs", "TrainingJob")
moments = st.integers(0, 9).map(float)


def keep(records: Records, name: str, *, created: float, modified: float, **members: Any) -> None:
    """A job that was made and changed then."""
    times = {"CreationTime": created, "LastModifiedTime": modified}
    status = {"TrainingJobStatus": "Completed", **members}
    assert records.add(f"{PREFIX}{name}", {"TrainingJobName": name, **status, **times})


def pages(records: Records, request: Mapping[str, Any], between: Callable[[], None] = lambda: None) -> Iterator[Any]:
    """Every page of a list; something may happen between two of them."""
    token: dict[str, str] = {}
    while True:
        answer = LISTING.page(records, PREFIX, {**request, **token})
        yield [row["TrainingJobName"] for row in answer["TrainingJobSummaries"]]
        if "NextToken" not in answer:
            return
        token = {"NextToken": answer["NextToken"]}
        between()


def names(records: Records, request: Mapping[str, Any], between: Callable[[], None] = lambda: None) -> list[str]:
    """What all pages tell."""
    return [name for page in pages(records, request, between) for name in page]


def plainly(kept: list[Record], request: Mapping[str, Any]) -> list[str]:
    """The same by looking at each record."""
    for name in ("CreationTime", "LastModifiedTime"):
        kept = [r for r in kept if request.get(f"{name}After", 0) <= r[name] <= request.get(f"{name}Before", 99)]
    kept = [record for record in kept if request.get("NameContains", "") in record["TrainingJobName"]]
    member = {"Name": "TrainingJobName", "Status": "TrainingJobStatus"}.get(request.get("SortBy", ""), "CreationTime")
    kept = sorted(kept, key=lambda record: (record[member], record["arn"]))
    rows = kept[::-1] if request.get("SortOrder") == "Descending" else kept
    return [
        r["TrainingJobName"]
        for r in rows
        if request.get("StatusEquals", r["TrainingJobStatus"]) == r["TrainingJobStatus"]
    ]


def some_request(chance: random.Random) -> dict[str, Any]:
    """Any filters, order and page size."""
    choices = {
        "CreationTimeAfter": range(10),
        "CreationTimeBefore": range(10),
        "LastModifiedTimeAfter": range(12),
        "LastModifiedTimeBefore": range(12),
        "NameContains": ("1", "job-2", ""),
        "StatusEquals": ("Completed", "InProgress"),
        "SortBy": ("Name", "Status", "CreationTime"),
        "SortOrder": ("Ascending", "Descending"),
    }
    asked = {name: chance.choice(values) for name, values in choices.items() if chance.random() < 0.4}
    return {**asked, "MaxResults": chance.choice((1, 3, 7, 100))}


@given(st.lists(st.tuples(moments, st.sampled_from("abc")), unique=True), moments, moments)
def test_a_span_of_a_timeline_has_both_its_ends(pairs: list[tuple[float, str]], after: float, before: float) -> None:
    line = Timeline()
    for time, arn in pairs:
        line.add(time, arn)
    wanted = [arn for time, arn in sorted(pairs) if after <= time <= before]
    assert line.between(after, before) == Timeline(pairs).between(after, before) == wanted
    assert line.count(after, before) == len(wanted)
    for time, arn in pairs[1:]:
        line.remove(time, arn)
    assert line.between() == [arn for _, arn in pairs[:1]]


def test_a_list_is_exact_whatever_is_made_changed_and_removed(tmp_path: Path) -> None:
    chance, records = random.Random(7), Records(tmp_path)
    for number in range(120):
        keep(records, f"job-{number}", created=chance.randint(0, 9), modified=chance.randint(0, 11))
        other = f"{PREFIX}job-{chance.randrange(number + 1)}"
        if chance.random() < 0.5:
            records.change(other, LastModifiedTime=chance.randint(0, 11), TrainingJobStatus="InProgress")
        elif chance.random() < 0.2:
            records.remove(other)
        request = some_request(chance)
        assert names(records, request) == plainly(records.those(PREFIX), request), request
    request = some_request(chance)
    assert names(Records(tmp_path), request) == names(records, request)  # as the next start reads it


def test_pages_are_exact_for_what_stays_while_other_jobs_come_change_and_go(tmp_path: Path) -> None:
    records = Records(tmp_path)
    for number in range(10):
        keep(records, f"stays-{number}", created=number, modified=5)
        keep(records, f"goes-{number}", created=number, modified=5)
    left = iter(range(10))

    def meanwhile() -> None:
        number = next(left)
        records.remove(f"{PREFIX}goes-{number}")
        keep(records, f"comes-{number}", created=0, modified=5)
        records.change(f"{PREFIX}stays-{number}", TrainingJobStatus="Stopped", LastModifiedTime=9.0)

    told = names(records, {"LastModifiedTimeAfter": 1, "MaxResults": 3}, meanwhile)
    assert [name for name in told if name.startswith("stays")] == [f"stays-{number}" for number in range(10)]


def test_a_page_goes_on_after_a_row_that_is_gone(tmp_path: Path) -> None:
    records = Records(tmp_path)
    for number in range(3):
        keep(records, f"job-{number}", created=number, modified=5)
    told = pages(records, {"MaxResults": 1}, lambda: records.remove(f"{PREFIX}job-0"))
    assert list(told) == [["job-0"], ["job-1"], ["job-2"]]


def test_a_token_is_of_one_request(tmp_path: Path) -> None:
    records = Records(tmp_path)
    for number in range(3):
        keep(records, f"job-{number}", created=number, modified=5)
    token = LISTING.page(records, PREFIX, {"MaxResults": 1})["NextToken"]
    assert LISTING.page(records, PREFIX, {"MaxResults": 2, "NextToken": token})["TrainingJobSummaries"]
    with pytest.raises(Refusal, match="does not belong"):
        LISTING.page(records, PREFIX, {"MaxResults": 1, "NextToken": token, "SortBy": "Name"})


def test_kinds_of_the_same_beginning_are_not_mixed(tmp_path: Path) -> None:
    records = Records(tmp_path)
    place = "arn:aws:sagemaker:eu-west-1:123456789012"
    for resource in ("model/a", "model-package/g/1", "model-package/g/2", "model-package/h/1", "model-package-group/g"):
        records.add(f"{place}:{resource}", {})
    found = [record["arn"].removeprefix(f"{place}:") for record in records.those(f"{place}:model-package/g/")]
    assert found == ["model-package/g/1", "model-package/g/2"]
    assert len(records.those("arn:")) == len(Records(tmp_path).those("")) == 5
