"""What a role's policies allow, as far as one can tell without a request's conditions."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True)
class Policy:
    """The statements of all policies of one role, its boundary aside.

    A condition of an Allow counts as met and one of a Deny as not: who asks wants to know what could be allowed.
    """

    statements: tuple[dict[str, Any], ...]

    def allows(self, action: str, resource: str = "*") -> bool:
        """Whether the action on the resource, an ARN, would be allowed; `*` is some resource that the policy names."""
        denied = any(_matches(each, action, resource) for each in self._of("Deny") if "Condition" not in each)
        return not denied and any(_matches(each, action, resource) for each in self._of("Allow"))

    def actions(self) -> Iterator[str]:
        """Each action, or pattern of actions, that is allowed."""
        for statement in self._of("Allow"):
            yield from _listed(statement["Action"])

    def _of(self, effect: str) -> Iterator[dict[str, Any]]:
        return (statement for statement in self.statements if statement["Effect"] == effect)


def policy_of(iam: Any, role: str) -> Policy:
    """The role's inline and attached policies, as IAM has them."""
    inline = (
        iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    )
    listed = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    attached = (_attached(iam, each["PolicyArn"]) for each in listed)
    return Policy(tuple(statement for document in (*inline, *attached) for statement in _statements(document)))


def _attached(iam: Any, arn: str) -> Any:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def _statements(document: Any) -> Iterable[dict[str, Any]]:
    found = json.loads(unquote(document)) if isinstance(document, str) else document
    statements = found["Statement"]
    return statements if isinstance(statements, list) else [statements]


def _matches(statement: dict[str, Any], action: str, resource: str) -> bool:
    named = any(fnmatchcase(action.lower(), pattern.lower()) for pattern in _listed(statement["Action"]))
    meant = resource == "*" or any(fnmatchcase(resource, pattern) for pattern in _listed(statement["Resource"]))
    return named and meant


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
