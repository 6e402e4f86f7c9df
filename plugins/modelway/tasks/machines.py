"""How a task comes by a machine of which AWS has none, or none for this account, at the moment."""

import logging
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from airflow.providers.standard.triggers.temporal import DateTimeTrigger
from botocore.exceptions import ClientError

from modelway.causes import Ending, refusal
from modelway.jobs import Kind

PAUSE = 10
"""In intervals of [modelway] poll_seconds, 5 minutes on AWS: machines come free by the job, not by the second."""

JITTER = 0.2

log = logging.getLogger(__name__)


def ordered(order: Callable[[str], None], types: Sequence[str], *, kind: Kind, name: str) -> Ending | None:
    """Order the job on the first of the types that is to be had; why the last one was refused when none is."""
    refused = None
    for instance_type in types:
        log.info("Creating %s on %s", name, instance_type)
        try:
            order(instance_type)
        except ClientError as error:
            refused = refusal(error.response, name=name, machine=machine(instance_type, kind))
            if refused is None:
                raise
            if not refused.cause.passes:
                break
        else:
            return None
    return refused


def rotated(types: Sequence[str], *, after: str) -> Sequence[str]:
    """The types, begun behind one that was not to be had just now; as they are where there is none."""
    place = types.index(after) + 1 if after in types else 0
    return (*types[place:], *types[:place])


def machine(instance_type: str, kind: Kind) -> str:
    """What is waited for, as people and AWS's quotas say it: 'ml.m5.large for training'."""
    return f"{instance_type} for {kind.name.lower()}"


def pause(poll_seconds: float) -> DateTimeTrigger:
    """The wait until the next order, without a worker. Tasks that were refused together come back one by one."""
    share = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - it hides nothing
    return DateTimeTrigger(datetime.now(UTC) + timedelta(seconds=PAUSE * poll_seconds * share))


def spoken(seconds: float) -> str:
    """A wait as people say it: '40 s', '12 min', '6.5 h'."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.3g} h"
