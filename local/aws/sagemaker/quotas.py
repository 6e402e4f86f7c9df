"""Account-level quotas: how many instances of a type may do the same thing at a time."""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

from local.aws.records import Record, Records
from local.aws.sagemaker.instances import Instances, holds_instances, instances_of
from local.aws.sagemaker.place import kind_of, place_of
from local.aws.sagemaker.refusal import Refusal

# As people have it from CreateTrainingJob, CreateProcessingJob and CreateEndpoint.
WORDS = (
    "The account-level service limit '{quota}' is {limit} Instances, with current utilization of {used} Instances "
    "and a request delta of {delta} Instances. Please use AWS Service Quotas to request an increase for this quota. "
    "If AWS Service Quotas is not available, contact AWS support to request an increase for this quota."
)


class Quotas:
    """Keeps new jobs and endpoints while there is room for their instances; without a quota there always is."""

    def __init__(self, records: Records, limits: Callable[[], Mapping[str, int]]) -> None:
        self._records, self._limits = records, limits

    def add(self, arn: str, record: Record) -> bool:
        """Keep a new record; False when there is one of this ARN. Raises a Refusal where a quota leaves no room."""
        with self._records.lock:
            if self._records.find(arn) is None:
                self.refuse_excess({**record, "arn": arn})
            return self._records.add(arn, record)

    def refuse_excess(self, record: Record) -> None:
        """Raise a Refusal when what the record takes does not fit beside what runs."""
        for wanted in instances_of(record):
            limit = self._limit(wanted)
            if limit is None:
                continue
            used = self._used(record["arn"], wanted)
            if used + wanted.count > limit:
                words = WORDS.format(quota=wanted.quota, limit=limit, used=used, delta=wanted.count)
                raise Refusal("ResourceLimitExceeded", words)

    def _limit(self, wanted: Instances) -> int | None:
        """The first quota that is about them; its name may be a pattern."""
        fitting = (count for name, count in self._limits().items() if fnmatchcase(wanted.quota, name))
        return next(fitting, None)

    def _used(self, arn: str, wanted: Instances) -> int:
        kept = self._records.those(place_of(arn).arn(kind_of(arn)))
        taken = (instances for record in kept if holds_instances(record) for instances in instances_of(record))
        return sum(instances.count for instances in taken if instances.quota == wanted.quota)
