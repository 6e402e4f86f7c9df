"""How many calls a second SageMaker takes of an account, operation by operation; above that it throttles."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from local.aws.sagemaker.place import Place
from local.aws.sagemaker.refusal import Refusal

Clock = Callable[[], float]


@dataclass(frozen=True)
class Rate:
    """Calls a second in the long run, and how many may come at once after a quiet time."""

    a_second: float
    at_once: float


# AWS documents few of its rates, and no burst. Where it does, and where people read one from Service Quotas:
# https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-feature-processor-quotas.html (CreateTrainingJob: 1)
# https://github.com/aws-solutions/deepracer-on-aws (ListTrainingJobs: 2, not adjustable; five at once were too many
# there). That Describe of jobs is throttled for who asks in a loop many people report, and nobody with a number.
CREATE = Rate(1, at_once=25)  # the burst is assumed: one DAG's jobs pass, a hundred at once do not
LIST = Rate(2, at_once=10)  # the burst is assumed, and kind: a desk looks once a second
DESCRIBE = Rate(10, at_once=200)  # assumed
OTHER = Rate(10, at_once=100)  # assumed
RATES: Mapping[str, Rate] = {
    "CreateTrainingJob": CREATE,
    "CreateProcessingJob": CREATE,
    "CreateTransformJob": CREATE,
    "CreateHyperParameterTuningJob": CREATE,
    "ListTrainingJobs": LIST,
    "ListProcessingJobs": LIST,
    "ListTransformJobs": LIST,
    "ListHyperParameterTuningJobs": LIST,
    "ListTrainingJobsForHyperParameterTuningJob": LIST,
    "ListEndpoints": LIST,
}


def rate_of(operation: str) -> Rate:
    """The rate of an operation."""
    return RATES.get(operation, DESCRIBE if operation.startswith("Describe") else OTHER)


class Bucket:
    """Tokens that come back at a rate; a call takes one."""

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._tokens, self._at = rate.at_once, now

    def takes(self, now: float) -> bool:
        """Whether one more call is taken now."""
        back = (now - self._at) * self._rate.a_second
        self._tokens, self._at = min(self._rate.at_once, self._tokens + back), now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Throttle:
    """One bucket for each operation in each region of each account."""

    def __init__(self, *, scale: float = 1.0, clock: Clock = time.monotonic) -> None:
        self._scale, self._clock = scale, clock
        self._lock = threading.Lock()
        self._buckets: dict[tuple[Place, str, Rate], Bucket] = {}

    def refuse_excess(self, place: Place, operation: str, *, own: Mapping[str, Rate] | None = None) -> None:
        """Count a call; raises a Refusal for one too many. `own` are rates that somebody has set."""
        rate = (own or {}).get(operation) or self._scaled(rate_of(operation))
        if rate is None:
            return
        with self._lock:
            now = self._clock()
            bucket = self._buckets.setdefault((place, operation, rate), Bucket(rate, now))
            if not bucket.takes(now):
                raise Refusal("ThrottlingException", "Rate exceeded")

    def _scaled(self, rate: Rate) -> Rate | None:
        """The rate by the desk's measure; none where that is 0."""
        return Rate(rate.a_second * self._scale, rate.at_once * self._scale) if self._scale else None
