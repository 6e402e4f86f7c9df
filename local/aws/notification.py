"""What SNS delivers of one published message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Notification:
    """One message on its way to one subscriber; `message` is the part that is for the subscriber's protocol."""

    message_id: str
    topic_arn: str
    subject: str | None
    message: str
    attributes: Mapping[str, Mapping[str, Any]]

    def event(self, subscription_arn: str) -> dict[str, Any]:
        """The event that a Lambda function gets: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html."""
        record = {
            "EventVersion": "1.0",
            "EventSubscriptionArn": subscription_arn,
            "EventSource": "aws:sns",
            "Sns": self.details(subscription_arn),
        }
        return {"Records": [record]}

    def details(self, subscription_arn: str) -> dict[str, Any]:
        """The message with all that SNS says of it."""
        region = self.topic_arn.split(":")[3]
        site = f"https://sns.{region}.amazonaws.com"
        return {
            "Type": "Notification",
            "MessageId": self.message_id,
            "TopicArn": self.topic_arn,
            "Subject": self.subject,
            "Message": self.message,
            "Timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
            "SignatureVersion": "1",
            "Signature": "",
            "SigningCertUrl": f"{site}/SimpleNotificationService.pem",
            "UnsubscribeUrl": f"{site}/?Action=Unsubscribe&SubscriptionArn={subscription_arn}",
            "MessageAttributes": {
                name: {"Type": value["Type"], "Value": value["Value"]} for name, value in self.attributes.items()
            },
        }
