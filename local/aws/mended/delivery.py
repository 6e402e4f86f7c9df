"""Firehose with times as numbers: moto's are text, which boto3 reads and other SDKs do not."""

from datetime import datetime
from types import ModuleType
from typing import Any

from moto.firehose import urls
from moto.firehose.models import FirehoseBackend, firehose_backends

TIMES = ("CreateTimestamp", "LastUpdateTimestamp")


class Delivery(FirehoseBackend):
    """moto's Firehose, as every SDK can read it."""

    @property
    def _url_module(self) -> ModuleType:  # moto derives it from the module of the class
        return urls

    def describe_delivery_stream(self, delivery_stream_name: str) -> dict[str, Any]:
        """The stream, with seconds since 1970."""
        answer = super().describe_delivery_stream(delivery_stream_name)
        stream = answer["DeliveryStreamDescription"]
        stream.update({name: datetime.fromisoformat(stream[name]).timestamp() for name in TIMES if name in stream})
        return answer


def mend() -> None:
    """Use our backend."""
    firehose_backends.backend = Delivery
