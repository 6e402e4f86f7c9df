"""The processes of one endpoint configuration, and the traffic among them."""

import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from local.aws.sagemaker.plan import VariantPlan
from local.aws.sagemaker.replica import Replica

POLL = 0.05


@dataclass(frozen=True)
class Variant:
    """A production variant with its process."""

    plan: VariantPlan
    replica: Replica
    resolved_image: str


class Fleet:
    """All variants of one configuration."""

    def __init__(self, variants: list[Variant]) -> None:
        self.variants = {variant.plan.name: variant for variant in variants}
        self.weights = {variant.plan.name: variant.plan.weight for variant in variants}
        self._idle = threading.Condition()
        self._in_flight = 0

    def start(self) -> None:
        """Start all processes."""
        for variant in self.variants.values():
            variant.replica.start()

    @property
    def healthy(self) -> bool:
        """Whether all variants answer."""
        return all(variant.replica.healthy for variant in self.variants.values())

    def wait_healthy(self, closing: threading.Event) -> str | None:
        """Wait for all variants; None, or the name of one that failed (any, when the server stops)."""
        while not self.healthy:
            failed = [name for name, variant in self.variants.items() if variant.replica.failed]
            if failed or closing.wait(POLL):
                return failed[0] if failed else next(iter(self.variants))
        return None

    def pick(self, target: str | None) -> Variant | None:
        """The variant asked for, else one drawn by weight; None for an unknown one."""
        if target is not None:
            return self.variants.get(target)
        names, weights = list(self.weights), list(self.weights.values())
        return self.variants[random.choices(names, weights if any(weights) else None)[0]]  # noqa: S311 - no secret

    @contextmanager
    def request(self) -> Iterator[None]:
        """Count a request as in flight."""
        with self._idle:
            self._in_flight += 1
        try:
            yield
        finally:
            with self._idle:
                self._in_flight -= 1
                self._idle.notify_all()

    def drain(self, timeout: float) -> None:
        """Wait until no request is in flight."""
        with self._idle:
            self._idle.wait_for(lambda: self._in_flight == 0, timeout)

    def stop(self, grace: float) -> None:
        """Stop all processes side by side."""
        deadline = time.monotonic() + grace
        for variant in self.variants.values():
            variant.replica.ask_to_stop()
        for variant in self.variants.values():
            variant.replica.stop(max(0.0, deadline - time.monotonic()))

    def summaries(self, counts: Mapping[str, int]) -> list[dict[str, object]]:
        """ProductionVariants of DescribeEndpoint; a variant whose process is down has no instances."""
        return [
            {
                "VariantName": name,
                "DeployedImages": [{"SpecifiedImage": variant.plan.image, "ResolvedImage": variant.resolved_image}],
                "CurrentWeight": self.weights[name],
                "DesiredWeight": self.weights[name],
                "CurrentInstanceCount": counts.get(name, 1) if variant.replica.healthy else 0,
                "DesiredInstanceCount": counts.get(name, 1),
            }
            for name, variant in self.variants.items()
        ]
