"""Rights against what has been seen: every recorded call is allowed, and every right was needed or has its reason."""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3

from local.home import Home
from local.platform import known_platform
from tests.terraform.blocks import ROOT
from tests.terraform.calls import Call, Place, calls_of
from tests.terraform.conditions import fits
from tests.terraform.policy import Asked, Policy, Statement, policy_of

UNSEEN = ROOT / "unseen.toml"
# Who applies at a desk stands for GitLab's two roles of Terraform: all of it is the one's work, reading the other's.
DESK = "modelway-infrastructure"
APPLY = "modelway-gitlab-infrastructure"
PLAN = "modelway-gitlab-plan"
OF_THE_DESK = (DESK, "modelway-user")


@dataclass(frozen=True)
class Right:
    """One action, or pattern of actions, as a statement of a role's writes it."""

    role: str
    statement: str
    action: str

    def __str__(self) -> str:
        return f"{self.role}: {self.statement or 'a statement without a sid'}: {self.action}"


@dataclass(frozen=True)
class Unseen:
    """Rights that a local road cannot show, or not each time; why they are given, and where that is written."""

    rights: tuple[Right, ...]
    reason: str
    source: str
    sometimes: bool = False


Rights = Mapping[str, Policy]


def compare(calls: Iterable[Call], policies: Rights, unseen: Iterable[Unseen], place: Place) -> list[str]:
    """What is wrong, a line each; nothing when calls, rights and reasons agree."""
    asked = _asked_by_role(calls, place)
    shown = {right for right, statement in _rights(policies) if _is_shown(right, statement, asked[right.role])}
    written = [right for right, _ in _rights(policies)]
    entries = [(right, entry.sometimes) for entry in unseen for right in entry.rights if right.role in policies]
    named, never = [right for right, _ in entries], [right for right, sometimes in entries if not sometimes]
    return [
        *(f"{role} is not allowed {each}" for role in policies for each in _refused(policies[role], asked[role])),
        *(
            f"{right}: no call shows it and unseen.toml has no reason"
            for right in written
            if right not in {*shown, *named}
        ),
        *(f"{right}: unseen.toml has a reason and the road shows it" for right in never if right in shown),
        *(f"{right}: unseen.toml has a reason and the policy does not" for right in named if right not in written),
        *(f"{right}: it is written twice" for right in _twice(written)),
        *(f"{right}: unseen.toml has it twice" for right in _twice(named)),
    ]


def unjustified(home: Path, *, policies: Rights | None = None) -> list[str]:
    """What a platform's record says against the rights of its roles; `policies` where the roles are gone since.

    After a road that begins with an apply and ends with a destroy nothing is left; before the destroy, its rights are.
    """
    found = policies_of(home) if policies is None else policies
    assert found, f"Terraform has made no roles on the platform in {home}; read them before the destroy"
    return compare(seen(calls_of(home)), found, read_unseen(UNSEEN, found), Place())


def policies_of(home: Path) -> dict[str, Policy]:
    """The policies of every role that Terraform has made on the running platform."""
    platform = known_platform(Home(home))
    assert platform is not None, f"no platform was ever started in {home}"
    # A key of nobody's is the account's root to the local AWS: what it looks up is no role's evidence.
    session: Any = boto3.Session("root", "root", region_name=platform.identity.region)
    iam = session.client("iam", endpoint_url=platform.aws_url)
    names = [role["RoleName"] for page in iam.get_paginator("list_roles").paginate() for role in page["Roles"]]
    return {name: policy_of(iam, name) for name in names if name.startswith("modelway-") and name not in OF_THE_DESK}


def seen(calls: Iterable[Call]) -> Iterator[Call]:
    """The calls as Terraform's roles in GitLab would have made them; what only a person may do is left out."""
    for call in calls:
        if call.role != DESK:
            yield call
        elif not _is_a_persons(call):
            yield replace(call, role=APPLY)
            yield from [replace(call, role=PLAN)] if _is_a_plans(call) else []


def _is_a_plans(call: Call) -> bool:
    """A merge request's plan reads; it takes no lock (`-lock=false`), and empties no bucket."""
    return call.is_read and not call.resource.endswith(".tflock") and call.operation != "ListObjectVersions"


def _is_a_persons(call: Call) -> bool:
    """The first apply makes who may come in and the fence (infrastructure.tf); and sign-in needs no right."""
    if call.service == "iam" and not call.is_read:
        gates = ("OpenIDConnectProvider", "Policy", "PolicyVersion")
        return call.resource.startswith("modelway-gitlab-") or call.operation in {
            f"{verb}{gate}" for verb in ("Create", "Delete", "Tag", "Update") for gate in gates
        }
    return call.service == "sts"


def read_unseen(file: Path, policies: Rights) -> list[Unseen]:
    """The written reasons; a role's name with a `*` is each of the roles that it fits."""
    return [_unseen(entry, policies) for entry in tomllib.loads(file.read_text())["unseen"]]


def _unseen(entry: Mapping[str, Any], policies: Rights) -> Unseen:
    named = [role for text in entry["roles"] for role in _roles_of(text, policies)]
    rights = (Right(role, entry["statement"], action) for role in named for action in entry["actions"])
    return Unseen(tuple(rights), entry["reason"], entry["source"], sometimes=entry.get("sometimes", False))


def _roles_of(text: str, policies: Rights) -> list[str]:
    return [role for role in policies if fits(role, text)] if "*" in text else [text]


def _asked_by_role(calls: Iterable[Call], place: Place) -> defaultdict[str, list[Asked]]:
    asked: defaultdict[str, list[Asked]] = defaultdict(list)
    for call in calls:
        asked[call.role].extend(call.asks(place))
    return asked


def _refused(policy: Policy, asked: Iterable[Asked]) -> list[Asked]:
    return [each for each in asked if not policy.could_allow(each)]


def _rights(policies: Rights) -> list[tuple[Right, Statement]]:
    return [
        (Right(role, statement.sid, action), statement)
        for role, policy in policies.items()
        for statement in policy.allowing()
        for action in statement.actions
    ]


def _is_shown(right: Right, statement: Statement, asked: Iterable[Asked]) -> bool:
    """Whether a call needed this very action of this very statement."""
    alone = replace(statement, actions=(right.action,))
    return any(alone.speaks_of(each, unknown=True) for each in asked)


def _twice(rights: Sequence[Right]) -> list[Right]:
    return [right for right, times in Counter(rights).items() if times > 1]
