"""What a plan would do: each change, how many of which kind, and the digest that tells two plans apart."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ci.attributes import differences, unveiled

# What cannot be made again from its sources.
HOLDING = {
    "aws_cloudwatch_log_group": "its logs",
    "aws_ecr_repository": "its images",
    "aws_kms_key": "all that only this key decrypts",
    "aws_mwaa_environment": "Airflow's history of runs",
    "aws_s3_bucket": "its objects",
    "aws_sagemaker_model_package_group": "its model versions",
    "aws_secretsmanager_secret": "its value",
}


class Action(StrEnum):
    """What happens to a resource, the gravest first."""

    DELETE = "delete"
    REPLACE = "replace"
    FORGET = "forget"
    UPDATE = "change"
    CREATE = "create"


PAST = {
    Action.DELETE: "deleted",
    Action.REPLACE: "replaced",
    Action.FORGET: "forgotten",
    Action.UPDATE: "changed",
    Action.CREATE: "created",
}


@dataclass(frozen=True)
class Change:
    """What happens to one resource, and which attributes that is about."""

    address: str
    type: str
    action: Action
    attributes: tuple[str, ...] = ()

    @property
    def loss(self) -> str:
        """What goes with the resource; nothing where it stays, or is made from its sources."""
        return HOLDING.get(self.type, "") if self.action in (Action.DELETE, Action.REPLACE) else ""


def changes_of(content: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return the changes of `terraform show -json`, the gravest first, each kind by address."""
    order = list(Action)
    found = [_change(each) for each in _resources(content)]
    return tuple(sorted(found, key=lambda change: (not change.loss, order.index(change.action), change.address)))


def report(changes: Iterable[Change]) -> bytes:
    """Return GitLab's terraform report, in which a replacement is one made and one deleted."""
    actions = [change.action for change in changes]
    replaced = actions.count(Action.REPLACE)
    counts = {
        "create": actions.count(Action.CREATE) + replaced,
        "update": actions.count(Action.UPDATE),
        "delete": actions.count(Action.DELETE) + replaced,
    }
    return json.dumps(counts).encode()


def digest(content: Mapping[str, Any]) -> str:
    """Return the digest of all changes, of outputs too; the same for the same changes, whoever plans them when.

    Values of sensitive attributes are not in it: a digest of a short secret gives the secret away.
    """
    resources = sorted(
        ({"address": each["address"]} | _normal(each["change"]) for each in _resources(content)), key=str
    )
    outputs = {name: _normal(each) for name, each in _outputs(content).items()}
    text = json.dumps([resources, outputs], sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _resources(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return those that change; reading is none."""
    changing = (each for each in content.get("resource_changes", []) if each["mode"] == "managed")
    return [each for each in changing if each["change"]["actions"] != ["no-op"]]


def _outputs(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    outputs: dict[str, Mapping[str, Any]] = content.get("output_changes", {})
    return {name: each for name, each in outputs.items() if each["actions"] != ["no-op"]}


def _change(resource: Mapping[str, Any]) -> Change:
    action = _action(resource["change"]["actions"])
    about = tuple(differences(resource["change"])) if action in (Action.UPDATE, Action.REPLACE) else ()
    return Change(resource["address"], resource["type"], action, about)


def _action(actions: list[str]) -> Action:
    match actions:
        case ["create"]:
            return Action.CREATE
        case ["update"]:
            return Action.UPDATE
        case ["delete"]:
            return Action.DELETE
        case ["forget"]:
            return Action.FORGET
    return Action.REPLACE  # in either order


def _normal(change: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "actions": change["actions"],
        "before": unveiled(change.get("before"), change.get("before_sensitive")),
        "after": unveiled(change.get("after"), change.get("after_sensitive")),
        "unknown": change.get("after_unknown"),
    }
