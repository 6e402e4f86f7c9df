"""Those who wait: what each one's jobs are called, and which calls to AWS are its own."""

from dataclasses import dataclass

from bench.road.calls import Call

INTERVAL = 10  # seconds between two looks, of all who look


@dataclass(frozen=True)
class Contender:
    """One way to wait. `shared` are operations that nobody else calls while it is measured."""

    name: str
    shared: frozenset[str] = frozenset()

    def jobs(self, count: int) -> list[str]:
        """The names of the jobs that it waits for."""
        return [f"{self.name}-{count}-{number:04}" for number in range(count)]

    def made(self, call: Call) -> bool:
        """Whether the call is one of its own."""
        return call.operation in self.shared or (
            call.operation == "DescribeTrainingJob" and call.resource.startswith(f"{self.name}-")
        )


OURS = Contender("ours", frozenset({"ListTrainingJobs"}))
STOCK = Contender("stock")
EVENTS = Contender("events", frozenset({"ReceiveMessage", "DeleteMessage", "DeleteMessageBatch"}))
CONTENDERS = (OURS, STOCK, EVENTS)
