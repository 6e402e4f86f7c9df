"""Firehose with times as numbers: moto's are text, which boto3 reads and other SDKs do not."""

import json
from datetime import datetime

from moto.firehose import urls
from moto.firehose.responses import FirehoseResponse

from local.aws.mended.responses import answer_with

TIMES = ("CreateTimestamp", "LastUpdateTimestamp")


class Delivery(FirehoseResponse):
    """moto's Firehose, as every SDK can read it."""

    def describe_delivery_stream(self) -> str:
        """DescribeDeliveryStream, with seconds since 1970."""
        answer = json.loads(super().describe_delivery_stream())
        stream = answer["DeliveryStreamDescription"]
        stream.update({name: datetime.fromisoformat(stream[name]).timestamp() for name in TIMES if name in stream})
        return json.dumps(answer)


def mend() -> None:
    """Answer with our class."""
    answer_with(Delivery, urls)
