"""Which hyperparameters a tuning job tries: drawn at random from their ranges, or each combination once."""

import math
import random
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from local.aws.sagemaker.refusal import invalid

Ranges = Mapping[str, Any]
Trial = dict[str, str]
RANDOM = ("Random", "Bayesian")


def trials(config: Mapping[str, Any]) -> Iterator[Trial]:
    """The trials of a tuning job in their order: without end, but for Grid."""
    ranges = config.get("ParameterRanges", {})
    if config["Strategy"] == "Grid":
        return grid(ranges)
    return drawn(ranges, random.Random(config.get("RandomSeed")))  # noqa: S311 - no secret


def grid(ranges: Ranges) -> Iterator[Trial]:
    """Each combination of the categories, the last parameter fastest."""
    rows = ranges.get("CategoricalParameterRanges", [])
    for values in product(*(row["Values"] for row in rows)):
        yield {row["Name"]: value for row, value in zip(rows, values, strict=True)}


def grid_size(ranges: Ranges) -> int:
    """How many combinations there are."""
    return math.prod(len(row["Values"]) for row in ranges.get("CategoricalParameterRanges", []))


def drawn(ranges: Ranges, chance: random.Random) -> Iterator[Trial]:
    """Trials without end; the same seed draws the same ones."""
    while True:
        trial = {row["Name"]: chance.choice(row["Values"]) for row in ranges.get("CategoricalParameterRanges", [])}
        for row in ranges.get("IntegerParameterRanges", []):
            trial[row["Name"]] = str(_whole(row, chance))
        for row in ranges.get("ContinuousParameterRanges", []):
            trial[row["Name"]] = repr(_real(row, chance))
        yield trial


def refuse_bad_ranges(ranges: Ranges) -> None:
    """Refuse ranges that nothing can be drawn from."""
    if ranges.get("AutoParameters"):
        raise invalid("ParameterRanges: the local platform has no AutoParameters; give the ranges.")
    for row in ranges.get("IntegerParameterRanges", []):
        _refuse_bad_range(row, int)
        if row.get("ScalingType") == "ReverseLogarithmic":
            raise invalid(f"Parameter {row['Name']}: ReverseLogarithmic scaling is for continuous parameters only.")
    for row in ranges.get("ContinuousParameterRanges", []):
        _refuse_bad_range(row, float)


def _refuse_bad_range(row: Mapping[str, str], kind: type[int] | type[float]) -> None:
    name = row["Name"]
    try:
        low, high = kind(row["MinValue"]), kind(row["MaxValue"])
    except ValueError as error:
        raise invalid(f"Parameter {name}: MinValue and MaxValue must be numbers of type {kind.__name__}.") from error
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise invalid(f"Parameter {name}: MinValue {low} must not be above MaxValue {high}.")
    scaling = row.get("ScalingType")
    if scaling == "Logarithmic" and low <= 0:
        raise invalid(f"Parameter {name}: Logarithmic scaling needs a MinValue above 0, not {low}.")
    if scaling == "ReverseLogarithmic" and not 0 <= low <= high < 1:
        raise invalid(f"Parameter {name}: ReverseLogarithmic scaling needs 0 <= MinValue and MaxValue < 1.")


def _whole(row: Mapping[str, str], chance: random.Random) -> int:
    low, high = int(row["MinValue"]), int(row["MaxValue"])
    if row.get("ScalingType") == "Logarithmic":
        return min(high, max(low, round(math.exp(chance.uniform(math.log(low), math.log(high))))))
    return chance.randint(low, high)


def _real(row: Mapping[str, str], chance: random.Random) -> float:
    low, high = float(row["MinValue"]), float(row["MaxValue"])
    match row.get("ScalingType"):
        case "Logarithmic":
            value = math.exp(chance.uniform(math.log(low), math.log(high)))
        case "ReverseLogarithmic":
            value = 1 - math.exp(chance.uniform(math.log(1 - high), math.log(1 - low)))
        case _:
            value = chance.uniform(low, high)
    return min(high, max(low, value))
