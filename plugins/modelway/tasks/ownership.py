"""No paid job without a task that waits for it: whose a job is, and what becomes of it when its task is ended.

Airflow ends a task that somebody cleared or marked by a signal to its worker, or by a cancel of its trigger. Both come
with a mere restart of Airflow's own processes, too, when the job must go on: the state that Airflow has of the task
tells which it is (docs/decisions/0008). Where it cannot be asked the job goes on, and the sweep finds it.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping
from typing import Any

from airflow.providers.amazon.aws.operators.sagemaker import SageMakerBaseOperator
from asgiref.sync import sync_to_async

from modelway.aws import jobs, progress
from modelway.errors import RunFailed
from modelway.jobs import Description, Kind
from modelway.ownership import ENDED, Owner
from modelway.tasks.clients import client
from modelway.tasks.compat import Context

# Of a task at the worker: somebody has ended it, or has cleared it (None, until it is scheduled again).
ENDED_AT_WORK = ENDED | {"restarting", None}
# Of a task that waited: where it goes on in a new life already, that life stops the old one's job itself.
ENDED_IN_WAITING = ENDED | {None}

log = logging.getLogger(__name__)


def owner(context: Context) -> Owner:
    """The running task in its present life.

    Airflow counts max_tries anew at each clear, and leaves it through all automatic retries.
    """
    ti = context["ti"]
    return Owner(dag=ti.dag_id, run=str(context["run_id"]), task=_task_of(ti), life=str(ti.max_tries))


def tagged(request: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The request for a paid job, with its owner's tags."""
    return {**request, "Tags": [*request.get("Tags", []), *owner(context).tags]}


def is_of_earlier_life(arn: str, context: Context) -> bool:
    """Whether the job was made before somebody cleared its task; one that does not say so is of this life."""
    made_by = Owner.read(progress.tags(client("sagemaker"), arn) or {})
    return made_by is not None and made_by.life != owner(context).life


class Owning(SageMakerBaseOperator):
    """A task that pays for a job: it stops the job when it is ended at its worker, and makes none after that."""

    kind: Kind
    _held: tuple[str, Owner] | None = None
    _is_ending = False

    def hold(self, name: str, context: Context) -> None:
        """Answer for the job of this name, which may be about to be made."""
        if self._is_ending:
            raise RunFailed(f"{name} is not made: its task was ended before")
        self._held = (name, owner(context))

    def let_go_if_ending(self) -> None:
        """Stop what was being made when the task was ended: it could not be stopped then."""
        if self._is_ending:
            self.on_kill()

    def retire(self, description: Description) -> None:
        """Stop a job that was made before somebody cleared its task; what SageMaker refuses runs to its end."""
        name = description[self.kind.value.name_key]
        log.info("%s was made before somebody cleared its task, and is stopped", name)
        if refusal := jobs.stop(client("sagemaker"), self.kind, name):
            log.warning("%s could not be stopped: %s", name, refusal)

    def on_kill(self) -> None:
        """Airflow calls it at SIGTERM, and lets the task go on for five seconds at most."""
        self._is_ending = True
        if self._held:
            name, held_by = self._held
            stop_if_ended(self.kind, name, held_by, ended=ENDED_AT_WORK)


def leave(kind: Kind, name: str, ti: Any) -> None:
    """Stop the job that a cancelled trigger waited for, unless only the triggerer ends. Returns at once.

    Airflow repeats the cancel each second until the trigger has ended, and one that struck while Airflow is asked
    would break the triggerer: its answers come in turn to all triggers. `ti` is the trigger's task instance.
    """
    if ti is None or not kind.value.stop:
        return
    waiting = Owner(dag=ti.dag_id, run=ti.run_id, task=_task_of(ti), life="")
    # The only threads from which Airflow can be asked there are asgiref's.
    stop = sync_to_async(stop_if_ended)(kind, name, waiting, ended=ENDED_IN_WAITING)
    parting = asyncio.ensure_future(stop)
    _partings.add(parting)  # the loop itself keeps no task alive
    parting.add_done_callback(_partings.discard)


_partings: set[asyncio.Future[None]] = set()


def stop_if_ended(kind: Kind, name: str, who: Owner, *, ended: Collection[str | None]) -> None:
    """Stop the job if its task is in one of these states. It goes on where Airflow does not say."""
    try:
        state = _state_of(who)
    except Exception as error:  # noqa: BLE001 - a signal may come while Airflow is being spoken to
        log.warning("%s goes on, for Airflow does not say what became of its task: %s", name, error)
        return
    if state not in ended:
        log.info("%s goes on: its task is %s", name, state)
    elif refusal := jobs.stop(client("sagemaker"), kind, name):
        log.warning("%s is left to the sweep: %s", name, refusal)
    else:
        log.info("%s is stopped: somebody has ended or cleared its task", name)


def _task_of(ti: Any) -> str:
    """The task as Airflow names it among the states of a run, which is by its index too where it was expanded."""
    return str(ti.task_id) if ti.map_index is None or ti.map_index < 0 else f"{ti.task_id}_{ti.map_index}"


def _state_of(who: Owner) -> str | None:
    """The task's state as Airflow has it now; None also when there is no such task any more."""
    # Not at the top: DAG files lead here, and it takes its time.
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    states = RuntimeTaskInstance.get_task_states(dag_id=who.dag, run_ids=[who.run])
    state = states.get(who.run, {}).get(who.task)
    return None if state is None else str(state)
