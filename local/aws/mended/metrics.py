"""CloudWatch with metric streams, of which moto knows nothing; nothing flows through them."""

import time
from typing import Any

from moto.cloudwatch import urls
from moto.cloudwatch.exceptions import ResourceNotFoundException
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult

from local.aws.mended.responses import answer_with

MEMBERS = (
    "FirehoseArn",
    "RoleArn",
    "OutputFormat",
    "IncludeFilters",
    "ExcludeFilters",
    "StatisticsConfigurations",
    "IncludeLinkedAccountsMetrics",
)
SUMMARY = ("Arn", "CreationDate", "LastUpdateDate", "Name", "FirehoseArn", "State", "OutputFormat")


class StreamedMetrics(CloudWatchResponse):
    """moto's CloudWatch with metric streams."""

    def put_metric_stream(self) -> ActionResult:
        """PutMetricStream."""
        asked = self._get_params()
        name, now = asked["Name"], time.time()
        arn = f"arn:aws:cloudwatch:{self.region}:{self.current_account}:metric-stream/{name}"
        known = self._streams().get(name, {"Arn": arn, "Name": name, "State": "running", "CreationDate": now})
        wanted = {member: asked[member] for member in MEMBERS if member in asked}
        kept = {member: value for member, value in known.items() if member not in MEMBERS}
        self._streams()[name] = kept | wanted | {"LastUpdateDate": now}
        if tags := asked.get("Tags"):
            self.cloudwatch_backend.tagger.tag_resource(arn, tags)
        return ActionResult({"Arn": arn})

    def get_metric_stream(self) -> ActionResult:
        """GetMetricStream."""
        return ActionResult(self._stream(self._get_param("Name")))

    def list_metric_streams(self) -> ActionResult:
        """ListMetricStreams."""
        entries = [{member: stream[member] for member in SUMMARY} for stream in self._streams().values()]
        return ActionResult({"Entries": entries})

    def delete_metric_stream(self) -> ActionResult:
        """DeleteMetricStream; one that is not there is none of its errors."""
        self._streams().pop(self._get_param("Name"), None)
        return EmptyResult()

    def start_metric_streams(self) -> ActionResult:
        """StartMetricStreams."""
        return self._turn("running")

    def stop_metric_streams(self) -> ActionResult:
        """StopMetricStreams."""
        return self._turn("stopped")

    def _turn(self, state: str) -> ActionResult:
        for name in self._get_params()["Names"]:
            self._stream(name)["State"] = state
        return EmptyResult()

    def _stream(self, name: str) -> dict[str, Any]:
        if name not in self._streams():
            raise ResourceNotFoundException(f"Metric stream {name} does not exist")
        return self._streams()[name]

    def _streams(self) -> dict[str, dict[str, Any]]:
        """The streams, kept with the backend, and so across restarts."""
        streams: dict[str, dict[str, Any]] = vars(self.cloudwatch_backend).setdefault("metric_streams", {})
        return streams


def mend() -> None:
    """Answer with our class."""
    answer_with(StreamedMetrics, urls)
