"""EC2's rules with their descriptions, of which moto keeps those of addresses only, and monitored instances."""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2 import urls
from moto.ec2.models import security_groups
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.responses import EC2Response

from local.aws.mended.responses import answer_with

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


class MonitoredInstances(EC2Response):
    """moto's EC2, in which detailed monitoring can be turned on and off."""

    def monitor_instances(self) -> ActionResult:  # type: ignore[override]  # moto's has no body
        """MonitorInstances."""
        return self._monitor("enabled")

    def unmonitor_instances(self) -> ActionResult:  # type: ignore[override]  # moto's has no body
        """UnmonitorInstances."""
        return self._monitor("disabled")

    def _monitor(self, state: str) -> ActionResult:
        instances = [self.ec2_backend.get_instance(name) for name in self._get_multi_param("InstanceId")]
        for instance in instances:
            instance.monitoring_state = state
        told = [{"InstanceId": instance.id, "Monitoring": {"State": state}} for instance in instances]
        return ActionResult({"InstanceMonitorings": told})


def mend() -> None:
    """Make our rules, and answer with our class."""
    answer_with(MonitoredInstances, urls)
    security_groups.SecurityGroupRule = DescribedRule  # type: ignore[misc]  # moto makes its rules by this name
