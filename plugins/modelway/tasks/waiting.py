"""One paid SageMaker resource a task: describe or create it, wait deferred, say what it came to."""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from airflow.providers.amazon.aws.operators.sagemaker import SageMakerBaseOperator

from modelway.aws import jobs, registry
from modelway.errors import RunFailed
from modelway.jobs import Kind, failure, is_final
from modelway.tasks.clients import client
from modelway.tasks.compat import Context
from modelway.tasks.console import Arn
from modelway.tasks.failures import told
from modelway.tasks.lingering import linger
from modelway.tasks.links import JOB, LOG, Link
from modelway.tasks.settings import read_settings
from modelway.tasks.triggers import RestTrigger
from modelway.tasks.wait import Why

MAX_ATTEMPTS = 5
Description = Mapping[str, Any]


class DeferredJob(SageMakerBaseOperator):
    """A job whose name is derived from run, stage and attempt, so that a retried task finds what it has paid for.

    Running: it is adopted. Completed: it is used. Failed or stopped: the next attempt gets the next name.
    """

    kind: Kind
    creation: str
    operator_extra_links: tuple[Link, ...] = (LOG, JOB)

    def names(self, context: Context) -> Iterator[str]:
        """The names of the attempts, first to last."""
        raise NotImplementedError

    def request(self, name: str) -> dict[str, Any]:
        """The request that creates the attempt of this name."""
        raise NotImplementedError

    def record(self, description: Description) -> dict[str, Any]:
        """What the rest of the run needs of the completed job."""
        raise NotImplementedError

    def show(self, description: Description) -> None:
        """Let the buttons lead to this attempt, finished or not."""
        console, arn = read_settings().console, Arn.read(description[self.kind.value.arn_key])
        LOG.lead(self, console.log(arn))
        JOB.lead(self, console.page(arn))

    def failed(self, error: RunFailed) -> NoReturn:
        """What a job that came to nothing means for the run."""
        raise error

    def execute(self, context: Context) -> Any:
        """Find or create the job; free the worker until it has come to rest."""
        with told(context):
            description = self._lingered(self._found_or_created(context))
            if is_final(self.kind, description):
                return self._outcome(description)
        return self._wait(description)

    def execute_complete(self, context: Context, event: dict[str, Any] | None = None) -> dict[str, Any]:
        """Say what the job came to, from its own description: the trigger only knows that it is time to look."""
        with told(context):
            name, why = (event or {})["name"], (event or {})["why"]
            description = self._described(name)
            if not is_final(self.kind, description) and why != Why.DEADLINE:
                self._wait(description)
            if not is_final(self.kind, description):
                status = description[self.kind.value.status_key]
                getattr(client("sagemaker"), self.kind.value.stop)(**{self.kind.value.name_key: name})
                raise RunFailed(f"{name} was still {status} long after its own limit, and is stopped now")
            return self._outcome(description)

    def _found_or_created(self, context: Context) -> Description:
        for name in self.names(context):
            description = jobs.describe(client("sagemaker"), self.kind, name)
            if description is None:
                self.log.info("Creating %s", name)
                registry.create_once(client("sagemaker"), self.creation, self.request(name))
                return self._described(name)
            self.show(description)
            if not (is_final(self.kind, description) and failure(self.kind, description)):
                self.log.info("Found %s, %s", name, description[self.kind.value.status_key])
                return description
        raise RunFailed(f"{self.task_id} has failed {MAX_ATTEMPTS} times in this run; start a new run")

    def _described(self, name: str) -> Description:
        description = jobs.describe(client("sagemaker"), self.kind, name)
        if description is None:
            raise RunFailed(f"{name} is gone: somebody deleted it, or it belongs to another account")
        self.show(description)
        return description

    def _lingered(self, description: Description) -> Description:
        if is_final(self.kind, description):
            return description
        return linger(self.kind, lambda: self._described(description[self.kind.value.name_key])) or description

    def _wait(self, description: Description) -> NoReturn:
        trigger = RestTrigger.after(self.kind, description, aws_conn_id=self.aws_conn_id)
        self.defer(trigger=trigger, method_name="execute_complete")

    def _outcome(self, description: Description) -> dict[str, Any]:
        name = description[self.kind.value.name_key]
        log_tail = jobs.log_tail(client("logs"), self.kind, name)
        if reason := failure(self.kind, description):
            # The log's end says again what follows the first line.
            self.failed(RunFailed(reason.partition("\n")[0] if log_tail else reason, log_tail=log_tail))
        self.log.info("%s has completed; its last lines:\n%s", name, "\n".join(log_tail))
        return self.record(description)
