"""What somebody asks of the local SageMaker in `sagemaker.toml`: other rates, quotas, and mishaps."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.aws.rules_file import RulesFile, RulesUnreadable
from local.aws.rules_table import NUMBER, checked, tables
from local.aws.sagemaker.mishaps import Mishaps, failure_of, interruption_of
from local.aws.sagemaker.rates import Rate

KEYS = {"rates": (dict,), "quotas": (dict,), "failure": (list, dict), "interruption": (list, dict)}


@dataclass(frozen=True)
class Rules:
    """The file's content; mishaps count the jobs that they befall from when it was read."""

    rates: Mapping[str, Rate]
    quotas: Mapping[str, int]
    mishaps: Mishaps


def rules_in(path: Path) -> RulesFile[Rules]:
    """The rules of a file that may change, or not be there."""
    return RulesFile(path, rules_of)


def rules_of(document: Mapping[str, Any]) -> Rules:
    """The rules that a document describes; raises RulesUnreadable."""
    checked(document, thing="sagemaker.toml", kinds=KEYS)
    return Rules(
        rates={name: _rate(name, table) for name, table in document.get("rates", {}).items()},
        quotas={name: _quota(name, count) for name, count in document.get("quotas", {}).items()},
        mishaps=Mishaps(
            failures=tuple(failure_of(table) for table in tables(document, "failure")),
            interruptions=tuple(interruption_of(table) for table in tables(document, "interruption")),
        ),
    )


def _rate(operation: str, table: Any) -> Rate:
    kinds = {"a_second": NUMBER, "at_once": NUMBER}
    given = checked(table, thing=f"the rate of {operation}", kinds=kinds)
    if set(given) != set(kinds):
        raise RulesUnreadable(f"the rate of {operation} needs both, such as {{ a_second = 2, at_once = 10 }}")
    return Rate(given["a_second"], given["at_once"])


def _quota(name: str, count: Any) -> int:
    given = checked({name: count}, thing="quotas", kinds={name: (int,)})
    return int(given[name])
