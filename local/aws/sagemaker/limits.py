"""How long SageMaker waits, and how many calls it takes; each has a variable, so that a test need not."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """SageMaker's own waits, in seconds, and the measure of its rates."""

    job_grace: float = 120  # between SIGTERM and SIGKILL
    endpoint_grace: float = 30
    endpoint_start: float = 240  # until /ping must answer
    invocation: float = 60
    rates: float = 1  # so many times what AWS takes of an account; 0 takes all


def limits_from(environment: Mapping[str, str]) -> Limits:
    """The limits, where MODELWAY_JOB_GRACE and its like do not say otherwise."""
    names = Limits.__dataclass_fields__
    asked = {name: environment.get(f"MODELWAY_{name.upper()}") for name in names}
    return Limits(**{name: float(value) for name, value in asked.items() if value})
