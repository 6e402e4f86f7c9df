"""What a role may do: the statements of its policies, within its boundary."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.terraform.conditions import Condition, Context, fits

ELEMENTS = {"Sid", "Effect", "Action", "Resource", "Condition"}


@dataclass(frozen=True)
class Asked:
    """What somebody asks AWS for; no resource stands for some resource that the policy names."""

    action: str
    resource: str | None = None
    context: Context = field(default_factory=dict)

    def __str__(self) -> str:
        told = "".join(
            f" with {key} {', '.join(values)}" if values else f" without {key}" for key, values in self.context.items()
        )
        return f"{self.action} on {self.resource or 'something'}{told}"


@dataclass(frozen=True)
class Statement:
    """One statement of a policy."""

    sid: str
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...]

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> "Statement":
        """The statement as JSON has it; ValueError for an element that would be passed over."""
        if more := set(written) - ELEMENTS:
            raise ValueError(
                f"the statement {written.get('Sid')!r} has {', '.join(sorted(more))}, which is not read here"
            )
        conditions = (
            Condition.of(operator, key, _listed(values))
            for operator, keys in written.get("Condition", {}).items()
            for key, values in keys.items()
        )
        actions, resources = _listed(written["Action"]), _listed(written["Resource"])
        return cls(written.get("Sid", ""), written["Effect"], tuple(actions), tuple(resources), tuple(conditions))

    def speaks_of(self, asked: Asked, *, unknown: bool) -> bool:
        """Whether it allows, or denies, what is asked; `unknown` is what a condition on something untold comes to."""
        return (
            any(fits(asked.action, action, cased=False) for action in self.actions)
            and self._names(asked.resource)
            and all(condition.is_met(asked.context, unknown=unknown) for condition in self.conditions)
        )

    def _names(self, resource: str | None) -> bool:
        if resource is None:
            return self.effect == "Allow" or "*" in self.resources
        return any(fits(resource, text) for text in self.resources)


@dataclass(frozen=True)
class Policy:
    """All policies of a role as one, and the boundary where they end."""

    statements: tuple[Statement, ...]
    boundary: tuple[Statement, ...] | None = None

    def allows(self, asked: Asked) -> bool:
        """Whether exactly this is allowed: what the context does not say is not so."""
        return self._allowed(asked, unknown=False)

    def could_allow(self, asked: Asked) -> bool:
        """Whether this is allowed in some context that agrees with the one told."""
        return self._allowed(asked, unknown=True)

    def allowing(self) -> Iterator[Statement]:
        """The statements that give rights."""
        return (statement for statement in self.statements if statement.effect == "Allow")

    def _allowed(self, asked: Asked, *, unknown: bool) -> bool:
        fences = [self.statements] if self.boundary is None else [self.statements, self.boundary]
        return all(_allowed_by(statements, asked, unknown=unknown) for statements in fences)


def _allowed_by(statements: Iterable[Statement], asked: Asked, *, unknown: bool) -> bool:
    speaking = {
        each.effect
        for each in statements
        # A denial that may not apply does not hinder who asks what could be allowed.
        if each.speaks_of(asked, unknown=unknown if each.effect == "Allow" else False)
    }
    return speaking == {"Allow"}


def statements_of(document: Any) -> tuple[Statement, ...]:
    """The statements of a policy's document, as JSON, as IAM quotes it, or read already."""
    found = json.loads(unquote(document)) if isinstance(document, str) else document
    written = found["Statement"]
    return tuple(Statement.of(each) for each in (written if isinstance(written, list) else [written]))


def policy_of(iam: Any, role: str) -> Policy:
    """The role's inline and attached policies and its boundary, as IAM has them."""
    inline = (
        iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    )
    listed = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    attached = (_managed(iam, each["PolicyArn"]) for each in listed)
    statements = tuple(each for document in (*inline, *attached) for each in statements_of(document))
    boundary = iam.get_role(RoleName=role)["Role"].get("PermissionsBoundary")
    end = None if boundary is None else statements_of(_managed(iam, boundary["PermissionsBoundaryArn"]))
    return Policy(statements, end)


def _managed(iam: Any, arn: str) -> Any:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
