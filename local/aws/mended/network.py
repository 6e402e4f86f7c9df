"""EC2's rules with their descriptions: moto keeps those of addresses only."""

from typing import Any

from moto.ec2.models import security_groups
from moto.ec2.models.security_groups import SecurityGroupRule

DESCRIPTION = "Description"


class DescribedRule(SecurityGroupRule):
    """moto's rule of a security group, described also where it names a group or a prefix list."""

    described: str | None = None

    def __init__(
        self,
        ec2_backend: Any,
        ip_protocol: str,
        group_id: str,
        from_port: str | None,
        to_port: str | None,
        ip_range: dict[str, str] | None,
        source_group: dict[str, str] | None = None,
        prefix_list_id: dict[str, str] | None = None,
        is_egress: bool = True,
        tags: dict[str, str] | None = None,
    ) -> None:
        source = dict(source_group or {})
        self.described = source.pop(DESCRIPTION, None) or (prefix_list_id or {}).get(DESCRIPTION)
        super().__init__(
            ec2_backend,
            ip_protocol,
            group_id,
            from_port,
            to_port,
            ip_range,
            source,
            prefix_list_id,
            is_egress,
            tags or {},
        )

    @property
    def description(self) -> str | None:
        """What the rule is for."""
        return super().description or self.described


def mend() -> None:
    """Make our rules."""
    security_groups.SecurityGroupRule = DescribedRule  # type: ignore[misc]  # moto makes its rules by this name
