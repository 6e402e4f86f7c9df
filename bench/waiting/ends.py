"""The way an end takes as an event: SageMaker's event on the default bus, a rule, a queue."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

NAME = "modelway-ends"
PATTERN = {
    "source": ["aws.sagemaker"],
    "detail-type": ["SageMaker Training Job State Change"],
    "detail": {"TrainingJobStatus": ["Completed", "Failed", "Stopped"]},
}


@contextmanager
def queue_of_ends(sqs: Any, events: Any) -> Iterator[str]:
    """A queue to which a rule sends the end of each training job; its address. Both go at the end."""
    url: str = sqs.create_queue(QueueName=NAME)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name=NAME, EventPattern=json.dumps(PATTERN))
    events.put_targets(Rule=NAME, Targets=[{"Id": NAME, "Arn": arn}])
    try:
        yield url
    finally:
        events.remove_targets(Rule=NAME, Ids=[NAME])
        events.delete_rule(Name=NAME)
        sqs.delete_queue(QueueUrl=url)
