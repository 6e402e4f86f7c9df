"""Faults of the local AWS: calls that are refused, delayed, or done without an answer, as `faults.toml` says."""

from local.aws.faults.fault import Fault, When
from local.aws.faults.plan import Faults, Plan, plan_of

__all__ = ["Fault", "Faults", "Plan", "When", "plan_of"]
