"""The teardown tasks: what the run came to, kept and told. They run after success and failure alike."""

from typing import Any

from modelway import names
from modelway.aws import objects
from modelway.errors import InvalidName
from modelway.messages import announcement
from modelway.names import ModelId
from modelway.plan import Deployment
from modelway.tasks import channels
from modelway.tasks.about import about
from modelway.tasks.clients import client
from modelway.tasks.compat import AirflowSkipException, BaseOperator, Context, get_current_context, task
from modelway.tasks.failures import FAILURE_KEY
from modelway.tasks.links import RESULT, linked
from modelway.tasks.note import write_note
from modelway.tasks.settings import Settings, read_settings
from modelway.verdict import Failure, Result


@linked(RESULT)
@task(multiple_outputs=False)
def record_training() -> dict[str, Any]:
    """Write what the run came to where CI reads it, runs/{run_id}/result.json, and as the run's note."""
    context = get_current_context()
    ti = context["ti"]
    told = {
        "training": ti.xcom_pull(task_ids="train"),
        "verdict": ti.xcom_pull(task_ids="judge"),
        "package_arn": ti.xcom_pull(task_ids="register"),
    }
    return _record(context, told)


@linked(RESULT)
@task(multiple_outputs=False)
def record_deployment() -> dict[str, Any]:
    """Write what the run came to where CI reads it, runs/{run_id}/result.json, and as the run's note."""
    context = get_current_context()
    ti = context["ti"]
    approved = ti.xcom_pull(task_ids="read_approved_package")
    package_arn = Deployment.model_validate(approved).package_arn if approved else None
    return _record(context, {"endpoint": ti.xcom_pull(task_ids="smoke_test"), "package_arn": package_arn})


class AnnounceByMail(BaseOperator):
    """Publish the run's result to the project's SNS topic, which mails it to its subscribers."""

    template_fields = ("result",)
    ui_color = "#e8daef"

    def __init__(self, *, result: Any, **kwargs: Any) -> None:
        super().__init__(doc_md=about(type(self)), **kwargs)
        self.result = result

    def execute(self, context: Context) -> str:
        """Say it in plain text; returns the id that SNS gave it."""
        result = Result.model_validate(self.result)
        return channels.mail(_project(result), announcement(result))


class AnnounceOnSlack(BaseOperator):
    """Post the run's result to the project's Slack webhook, or have it posted where Airflow has no way out."""

    template_fields = ("result",)
    ui_color = "#e8daef"

    def __init__(self, *, result: Any, **kwargs: Any) -> None:
        super().__init__(doc_md=about(type(self)), **kwargs)
        self.result = result

    def execute(self, context: Context) -> str | None:
        """Say it as a card; returns the id that SNS gave it, where lambda/slack_relay.py takes it on to Slack."""
        result = Result.model_validate(self.result)
        return channels.post(_project(result), announcement(result))


def _record(context: Context, told: dict[str, Any]) -> dict[str, Any]:
    settings, run_id = read_settings(), str(context["run_id"])
    failure = _first_failure(context, settings)

    def asked(param: str) -> str:
        return str(context["params"].get(param) or "")

    result = Result(
        dag_id=context["dag"].dag_id,
        run_id=run_id,
        project=asked("project"),
        model=asked("model"),
        version=asked("version"),
        state="failed" if failure else "success",
        url=settings.run_url(context["dag"].dag_id, run_id),
        reason=asked("reason"),
        failure=failure,
        **told,
    )
    _keep(result, settings)
    RESULT.lead_here(settings.console.stored(f"s3://{settings.bucket}/{names.result_key(run_id)}"))
    write_note(result, environment=settings.mwaa_environment)
    return result.model_dump(mode="json")


def _keep(result: Result, settings: Settings) -> None:
    body = result.model_dump_json(indent=2).encode()
    objects.write(client("s3"), body, bucket=settings.bucket, key=names.result_key(result.run_id))


def _first_failure(context: Context, settings: Settings) -> Failure | None:
    """The failed task that comes first on the road, with the words it left."""
    ti, dag = context["ti"], context["dag"]
    states = ti.get_task_states(dag_id=dag.dag_id, run_ids=[context["run_id"]])[context["run_id"]]
    road = [each.task_id for each in dag.topological_sort() if not each.is_teardown]
    failed = next((task_id for task_id in road if states.get(task_id) == "failed"), None)
    if failed is None:
        return None
    words = ti.xcom_pull(task_ids=failed, key=FAILURE_KEY) or {}
    run_url = settings.run_url(dag.dag_id, context["run_id"])
    return Failure(
        task=failed,
        reason=words.get("reason", "the task ended without words (killed, or lost its worker); see its log"),
        log_tail=words.get("log_tail", []),
        url=words.get("url") or f"{run_url}/tasks/{failed}",
    )


def _project(result: Result) -> str:
    """The project to tell; a run whose conf names none can tell nobody but Airflow."""
    try:
        return ModelId(result.project, result.model or "-").project
    except InvalidName as error:
        raise AirflowSkipException(f"Nobody to tell: {error}") from error
