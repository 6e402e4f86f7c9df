"""The way an end takes as an event: SageMaker's event on the default bus, a rule, a queue."""

import json
import queue
import threading
from typing import Any

QUEUE = "modelway-ends"
SOURCE, KIND = "aws.sagemaker", "SageMaker Training Job State Change"
ENTRIES = 10  # the most that PutEvents takes


def make_queue(sqs: Any, events: Any) -> str:
    """A queue to which a rule sends the end of each training job; its address."""
    url: str = sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": [SOURCE], "detail-type": [KIND], "detail": {"TrainingJobStatus": ["Completed", "Failed"]}}
    events.put_rule(Name=QUEUE, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=QUEUE, Targets=[{"Id": QUEUE, "Arn": arn}])
    return url


class Bus:
    """Puts events on the bus as SageMaker does, in another thread than that of the job."""

    def __init__(self, events: Any) -> None:
        self._events = events
        self._names: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="bus", daemon=True).start()

    def ended(self, job: str) -> None:
        """Tell that a job has completed."""
        self._names.put(job)

    def _work(self) -> None:
        while True:
            names = [self._names.get()]
            while len(names) < ENTRIES and not self._names.empty():
                names.append(self._names.get())
            self._events.put_events(Entries=[_entry(name) for name in names])


def _entry(name: str) -> dict[str, str]:
    detail = {"TrainingJobName": name, "TrainingJobStatus": "Completed"}
    return {"Source": SOURCE, "DetailType": KIND, "Detail": json.dumps(detail)}
