"""Counts invocations and reports them to CloudWatch once a while, away from the request's path."""

import logging
import threading
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.aws.sagemaker.cloud import Cloud
from local.aws.sagemaker.place import name_of, place_of

log = logging.getLogger(__name__)
NAMESPACE = "AWS/SageMaker"
EVERY = 5.0


@dataclass(frozen=True)
class Call:
    """One invocation: how long the model took and what it answered."""

    seconds: float
    status: int


class EndpointMetrics:
    """Invocations, Invocation4XXErrors, Invocation5XXErrors and ModelLatency of each variant."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._lock = threading.Lock()
        self._calls: dict[tuple[str, str], list[Call]] = defaultdict(list)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._report, name="endpoint metrics", daemon=True)

    def start(self) -> None:
        """Begin to report."""
        self._thread.start()

    def close(self) -> None:
        """Report what is left and end."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(EVERY)

    def count(self, arn: str, variant: str, *, seconds: float, status: int) -> None:
        """Note one invocation."""
        with self._lock:
            self._calls[arn, variant].append(Call(seconds, status))

    def _report(self) -> None:
        while not self._closing.wait(EVERY):
            self._flush()
        self._flush()

    def _flush(self) -> None:
        with self._lock:
            calls, self._calls = self._calls, defaultdict(list)
        for (arn, variant), some in calls.items():
            client = self._cloud("cloudwatch", region=place_of(arn).region)
            try:
                client.put_metric_data(Namespace=NAMESPACE, MetricData=metric_data(arn, variant, some))
            except (BotoCoreError, ClientError) as error:
                log.warning("Metrics of %d invocations are lost: %s", len(some), error)


def metric_data(arn: str, variant: str, calls: list[Call]) -> list[dict[str, Any]]:
    """One statistic set of each metric; the latency is in microseconds."""
    dimensions = [{"Name": "EndpointName", "Value": name_of(arn)}, {"Name": "VariantName", "Value": variant}]
    values: dict[str, tuple[str, list[float]]] = {
        "Invocations": ("None", [1 for _ in calls]),
        "Invocation4XXErrors": ("None", [int(call.status // 100 == 4) for call in calls]),
        "Invocation5XXErrors": ("None", [int(call.status // 100 == 5) for call in calls]),
        "ModelLatency": ("Microseconds", [call.seconds * 1e6 for call in calls]),
    }
    return [
        {"MetricName": name, "Unit": unit, "Dimensions": dimensions, "StatisticValues": statistics(numbers)}
        for name, (unit, numbers) in values.items()
    ]


def statistics(numbers: list[float]) -> dict[str, float]:
    """A statistic set as CloudWatch takes it."""
    return {"SampleCount": len(numbers), "Sum": sum(numbers), "Minimum": min(numbers), "Maximum": max(numbers)}
