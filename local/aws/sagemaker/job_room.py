"""What the rooms of all kinds of jobs share: jobs are described, listed, stopped and settled by their records."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from local.aws.records import Record, Records
from local.aws.sagemaker.jobs import INTERRUPTED, Jobs
from local.aws.sagemaker.listing import Listing
from local.aws.sagemaker.place import Place
from local.aws.sagemaker.refusal import invalid
from local.aws.sagemaker.service import shown

Request = Mapping[str, Any]


class JobRoom:
    """The jobs of one kind; `noun` begins the members' names, `kind` is in ARNs, `words` are AWS's in refusals."""

    noun: ClassVar[str]
    kind: ClassVar[str]
    words: ClassVar[str]
    listing: ClassVar[Listing]

    def __init__(self, records: Records, jobs: Jobs, run: Callable[[str], Callable[[threading.Event], None]]) -> None:
        self._records = records
        self._jobs = jobs
        self._run = run

    def stopping(self, record: Record) -> dict[str, Any]:
        """The members that change when the job is asked to stop."""
        return {f"{self.noun}Status": "Stopping"}

    def failed(self, record: Record, reason: str) -> dict[str, Any]:
        """The members that change when the job fails."""
        raise NotImplementedError

    def unknown(self, name: str) -> str:
        """AWS's words for a name that no job has."""
        return f"Could not find requested job with name: {name}"

    def describe(self, place: Place, request: Request) -> dict[str, Any]:
        """The job as it is now."""
        return shown(f"Describe{self.noun}", self._find(place, request))

    def list(self, place: Place, request: Request) -> dict[str, Any]:
        """A page of jobs."""
        return self.listing.page(self._records, place.arn(self.kind), request)

    def stop(self, place: Place, request: Request) -> dict[str, Any]:
        """Ask a running job to stop."""
        with self._records.lock:
            record = self._find(place, request)
            status = record[f"{self.noun}Status"]
            if status != "InProgress":
                raise invalid(f"The request was rejected because the {self.words} is in status {status}.")
            self._records.change(record["arn"], **self.stopping(record))
        self._jobs.stop(record["arn"])
        return {}

    def settle(self) -> None:
        """Fail the jobs that the last server left running."""
        for record in self._records.those("arn:"):
            if record.get(f"{self.noun}Status") in ("InProgress", "Stopping"):
                self._records.change(record["arn"], **self.failed(record, INTERRUPTED))

    def _find(self, place: Place, request: Request) -> Record:
        name = request[f"{self.noun}Name"]
        record = self._records.find(place.arn(self.kind, name))
        if record is None:
            raise invalid(self.unknown(name))
        return record
