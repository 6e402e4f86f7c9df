"""Finds metrics in log lines, as MetricDefinitions say, and reports them to CloudWatch."""

import logging
import re
import time
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.aws.sagemaker.refusal import invalid

log = logging.getLogger(__name__)
NAMESPACE = "/aws/sagemaker/TrainingJobs"


class JobMetrics:
    """The metrics of one training job; the last value of each is the final one."""

    def __init__(self, definitions: Iterable[Mapping[str, str]], *, job: str, client: Any) -> None:
        self._patterns = [(definition["Name"], compiled(definition)) for definition in definitions]
        self._job = job
        self._client = client
        self._last: dict[str, dict[str, Any]] = {}

    @property
    def final(self) -> list[dict[str, Any]]:
        """FinalMetricDataList."""
        return list(self._last.values())

    def read(self, lines: Iterable[str]) -> None:
        """Take the metrics out of these lines."""
        found = [datum for line in lines for datum in self._in(line)]
        self._last.update({datum["MetricName"]: datum for datum in found})
        self._report(found)

    def _in(self, line: str) -> Iterable[dict[str, Any]]:
        for name, pattern in self._patterns:
            match = pattern.search(line)
            if match is not None and match.groups():
                try:
                    yield {"MetricName": name, "Value": float(match[1]), "Timestamp": time.time()}
                except (ValueError, TypeError):
                    log.warning("%s: metric %s is %r, which is no number", self._job, name, match[1])

    def _report(self, found: list[dict[str, Any]]) -> None:
        if not found:
            return
        dimensions = [{"Name": "TrainingJobName", "Value": self._job}]
        try:
            self._client.put_metric_data(
                Namespace=NAMESPACE, MetricData=[{**datum, "Dimensions": dimensions} for datum in found]
            )
        except (BotoCoreError, ClientError) as error:
            log.warning("Metrics of %s are lost: %s", self._job, error)


def compiled(definition: Mapping[str, str]) -> re.Pattern[str]:
    """The definition's regular expression; raises a Refusal for one that is not."""
    try:
        return re.compile(definition["Regex"])
    except re.error as error:
        raise invalid(
            f"Metric {definition['Name']} has an invalid regular expression {definition['Regex']!r}: {error}"
        ) from error
