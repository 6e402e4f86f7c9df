"""One paid SageMaker resource a task: describe or create it, wait deferred, say what it came to."""

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NoReturn

from modelway.aws import jobs, registry
from modelway.causes import Cause, Ending, ending, machine_of
from modelway.errors import AttemptFailed, RunFailed
from modelway.jobs import Kind, is_final
from modelway.tasks.clients import client
from modelway.tasks.compat import Context
from modelway.tasks.console import Arn
from modelway.tasks.failures import told
from modelway.tasks.lingering import linger
from modelway.tasks.links import JOB, LOG, Link
from modelway.tasks.machines import machine, ordered, pause, rotated, spoken
from modelway.tasks.note import put_note
from modelway.tasks.ownership import Owning, is_of_earlier_life, tagged
from modelway.tasks.settings import read_settings
from modelway.tasks.triggers import RestTrigger
from modelway.tasks.wait import Why

MAX_ATTEMPTS = 5
Description = Mapping[str, Any]


class DeferredJob(Owning):
    """A job whose name is derived from run, stage and attempt, so that a retried task finds what it has paid for.

    Running: it is adopted, or stopped where somebody has cleared the task since. Completed: it is used. Failed: the
    next attempt gets the next name where that may help; else the task fails with the same words, until it is cleared.
    """

    kind: Kind
    creation: str
    operator_extra_links: tuple[Link, ...] = (LOG, JOB)

    def name_of(self, attempt: int) -> str:
        """The name of the attempt, counted from 1."""
        raise NotImplementedError

    def types(self) -> Sequence[str]:
        """The instance types that will do, the first choice first."""
        raise NotImplementedError

    def request(self, name: str, instance_type: str) -> dict[str, Any]:
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
            return self._pursue(context, since=None)

    def execute_again(self, context: Context, event: Any = None, since: float | None = None) -> Any:
        """The same after a pause; `since` (epoch seconds) is when a machine was first not to be had."""
        with told(context):
            return self._pursue(context, since=since)

    def execute_complete(
        self, context: Context, event: dict[str, Any] | None = None, since: float | None = None
    ) -> Any:
        """Say what the job came to, from its own description: the trigger only knows that it is time to look."""
        with told(context):
            seen = event or {}
            description = self._described(seen["name"])
            self.hold(seen["name"], context)
            if not is_final(self.kind, description):
                if seen.get("why", Why.DEADLINE) == Why.DEADLINE:
                    self._give_up(description)
                self._wait(description, since=since)
            return self._outcome(context, description, since=since)

    def names(self, context: Context) -> Iterator[str]:
        """The names of the attempts, first to last."""
        return map(self.name_of, count(1))

    def _pursue(self, context: Context, *, since: float | None) -> Any:
        description = self._lingered(self._found_or_created(context, since=since))
        if not is_final(self.kind, description):
            self._wait(description, since=since)
        return self._outcome(context, description, since=since)

    def _found_or_created(self, context: Context, *, since: float | None) -> Description:
        """The first attempt that runs, has completed or was never made. Those that got no machine count for nothing."""
        ran, denied = 0, None
        for name in self.names(context):
            description = jobs.describe(client("sagemaker"), self.kind, name)
            if description is None:
                return self._created(context, name, denied=denied, since=since)
            self.show(description)
            came_to = ending(self.kind, description) if is_final(self.kind, description) else None
            if came_to is None:
                self.log.info("Found %s, %s", name, description[self.kind.value.status_key])
                self._adopt(context, description, since=since)
                return description
            denied = description if came_to.cause.passes else None
            ran += denied is None
            if ran == MAX_ATTEMPTS:
                self.failed(RunFailed(f"{came_to}\nThat was the last of {MAX_ATTEMPTS} attempts. Start a new run."))
            if not (came_to.cause.next_attempt_helps or self._was_cleared(context, came_to.cause)):
                self._fail(context, came_to, description)
        raise AssertionError("there is always a next name")

    def _adopt(self, context: Context, description: Description, *, since: float | None) -> None:
        """Answer for a job that is found; one that a clear has left running is stopped and waited for."""
        self.hold(description[self.kind.value.name_key], context)
        if not is_final(self.kind, description) and is_of_earlier_life(description[self.kind.value.arn_key], context):
            self.retire(description)
            trigger = RestTrigger.after(self.kind, description, aws_conn_id=self.aws_conn_id)
            self.defer(trigger=trigger, method_name="execute_again", kwargs={"since": since})

    def _created(self, context: Context, name: str, *, denied: Description | None, since: float | None) -> Description:
        """The new job, on the first type of which there is one; the type that was denied just now comes last."""
        self.hold(name, context)
        refused = ordered(
            lambda instance_type: registry.create_once(
                client("sagemaker"), self.creation, tagged(self.request(name, instance_type), context)
            ),
            rotated(self.types(), after=machine_of(denied) if denied else ""),
            kind=self.kind,
            name=name,
        )
        self.let_go_if_ending()
        # Refused or not: the answer to an order may have been lost, and what fills the quota be this very job.
        if refused and jobs.describe(client("sagemaker"), self.kind, name) is None:
            self._go_without(context, refused, since=since)
        description = self._described(name)
        if since is not None and denied is None:  # an order is no machine yet where capacity is missing
            self._tell(context, f"got {machine_of(description)} after {spoken(time.time() - since)}")
        return description

    def _go_without(self, context: Context, refused: Ending, *, since: float | None) -> NoReturn:
        if refused.cause.passes:
            self._wait_for_machine(context, refused.words, since=since)
        self._fail(context, refused)

    def _outcome(self, context: Context, description: Description, *, since: float | None) -> Any:
        came_to = ending(self.kind, description)
        if came_to is None:
            return self._completed(description)
        if not came_to.cause.passes:
            self._fail(context, came_to, description)
        self.log.info("%s", came_to)
        instance_type = machine_of(description)
        if instance_type == self.types()[-1]:
            missing = f"{came_to.cause}: {machine(instance_type, self.kind)}"
            self._wait_for_machine(context, missing, since=since)
        return self._pursue(context, since=since)

    def _completed(self, description: Description) -> dict[str, Any]:
        name = description[self.kind.value.name_key]
        log_tail = jobs.log_tail(client("logs"), self.kind, name)
        self.log.info("%s has completed; its last lines:\n%s", name, "\n".join(log_tail))
        return self.record(description)

    def _fail(self, context: Context, came_to: Ending, description: Description | None = None) -> NoReturn:
        """End this try: another one follows where that may help and the DAG allows it."""
        name = description[self.kind.value.name_key] if description else ""
        log_tail = jobs.log_tail(client("logs"), self.kind, name) if name else []
        # The log's end says again what follows the reason's first line.
        words = came_to.brief if log_tail else str(came_to)
        if came_to.cause.next_attempt_helps and _has_tries_left(context):
            raise AttemptFailed(words, log_tail=log_tail)
        self.failed(RunFailed(words, log_tail=log_tail))

    def _wait_for_machine(self, context: Context, missing: str, *, since: float | None) -> NoReturn:
        """Come back later, as long as there is patience; said once, not at each look."""
        settings, now = read_settings(), time.time()
        if since is None:
            self._tell(context, f"waiting for {missing}")
        since = since or now
        if now - since >= settings.patience_seconds:
            self.failed(
                RunFailed(
                    f"{missing}: waited {spoken(now - since)} for it in vain; ask AWS for a higher quota, name"
                    " train.instances.alternatives in model.toml, or clear the task to wait again"
                )
            )
        self.defer(trigger=pause(settings.poll_seconds), method_name="execute_again", kwargs={"since": since})

    def _tell(self, context: Context, words: str) -> None:
        """Say it to whoever looks at the run meanwhile."""
        dag_id, environment = context["ti"].dag_id, read_settings().mwaa_environment
        put_note(f"{self.task_id}: {words}", dag_id=dag_id, run_id=context["run_id"], environment=environment)

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

    def _wait(self, description: Description, *, since: float | None) -> NoReturn:
        trigger = RestTrigger.after(self.kind, description, aws_conn_id=self.aws_conn_id)
        self.defer(trigger=trigger, method_name="execute_complete", kwargs={"since": since})

    def _give_up(self, description: Description) -> NoReturn:
        name, status = description[self.kind.value.name_key], description[self.kind.value.status_key]
        getattr(client("sagemaker"), self.kind.value.stop)(**{self.kind.value.name_key: name})
        raise RunFailed(f"{name} was still {status} long after its own limit, and is stopped now")

    def _was_cleared(self, context: Context, cause: Cause) -> bool:
        """Whether somebody wants another attempt: a clear counts max_tries anew, an automatic retry leaves it.

        A task that is cleared while it works keeps max_tries, too. Its job was stopped, and no try has failed by that.
        """
        ti = context["ti"]
        return bool(ti.max_tries != self.retries or (cause is Cause.STOPPED and ti.try_number > 1))


def _has_tries_left(context: Context) -> bool:
    ti = context["ti"]
    return bool(ti.try_number <= ti.max_tries)
