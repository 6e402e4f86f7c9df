"""`trigger`: one run of a DAG, through the Lambda function, and what it came to."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from botocore.config import Config
from pydantic import TypeAdapter, ValidationError

from ci import cloud, envfile, options, outcome
from ci.pipeline import Pipeline
from ci.results import Results
from ci.wait import Patience, until_ended
from modelway import names
from modelway.aws import functions, objects, registry
from modelway.aws.functions import Run
from modelway.errors import NotFound, RunFailed
from modelway.names import ModelId
from modelway.spec import Duration
from modelway.verdict import Failure, Result
from modelway.versions import parse_trained

# Longer than the function's own time-out and never repeated by botocore: a lost answer must not become a second call.
PATIENT = Config(connect_timeout=10, read_timeout=120, retries={"mode": "standard", "total_max_attempts": 1})
BUTTON = "Pipeline with the deploy button"


def _duration(ctx: click.Context, param: click.Parameter, value: str) -> timedelta:
    try:
        found: timedelta = TypeAdapter(Duration).validate_python(value)
    except ValidationError as error:
        raise click.BadParameter("use a number and a unit such as '90s', '40m' or '2h'") from error
    return found


def patience(command: options.Command) -> options.Command:
    """Give the command the options of starting a run and waiting for it."""
    for option in reversed(_PATIENCE):
        command = option(command)
    return command


_PATIENCE = (
    click.option("--wait/--no-wait", default=True, show_default=True, help="Stay until the run has ended."),
    click.option("--timeout", default="40m", show_default=True, callback=_duration, help="How long to stay."),
    click.option(
        "--poll", default=2.0, envvar="MODELWAY_POLL_SECONDS", show_envvar=True, help="Seconds between looks."
    ),
    click.option(
        "--function",
        default="modelway-trigger-dag",
        envvar="MODELWAY_FUNCTION",
        show_envvar=True,
        show_default=True,
        help="The Lambda function in front of Airflow.",
    ),
    click.option(
        "--results",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        help="A folder to leave junit.xml, metrics.txt, annotations.json and note.md in.",
    ),
)


@click.command("trigger")
@click.argument("dag")
@options.env_file
@options.bucket
@options.project
@options.model
@options.version
@click.option("--reason", default="", help="Why, for whoever reads the run.")
@patience
def command(
    dag: str,
    env_file: Path,
    bucket: str,
    project: str,
    model: str,
    version: str,
    reason: str,
    wait: bool,
    timeout: timedelta,
    poll: float,
    function: str,
    folder: Path | None,
) -> None:
    """Start a run of DAG and tell what it came to."""
    known = ModelId(project, model)
    conf = conf_of(known, version=version, reason=reason)
    if dag == "train" and "MODEL_SOURCES" in envfile.read(env_file) and told_before(known, version):
        return
    results = Results(folder, (BUTTON, Pipeline.current().url)) if folder else None
    carry(dag, conf, bucket=bucket, wait=wait, timeout=timeout, poll=poll, function=function, results=results)


def told_before(model: ModelId, version: str) -> bool:
    """Tell what the training came to, of unchanged sources or by a job that is repeated; whether there was one."""
    with cloud.connected() as session:
        package = registry.find_package(session.client("sagemaker"), model, parse_trained(version))
    if package is None:
        return False
    click.echo(f"{model} is trained already, nothing to do: {package['ModelPackageDescription']}")
    return True


def carry(
    dag: str,
    conf: dict[str, str],
    *,
    bucket: str,
    wait: bool,
    timeout: timedelta,
    poll: float,
    function: str,
    results: Results | None,
) -> None:
    """Start the run and, unless nobody waits, tell its end."""
    if results:
        results.prepare()
    with cloud.connected() as session:
        client = session.client("lambda", config=PATIENT)
        run = start(client, function, dag=dag, conf=conf)
        if results:
            results.begin(run)
        if not wait:
            return
        run = until_ended(
            run,
            look=lambda known: functions.read(client, function, run=known),
            say=click.echo,
            patience=Patience(poll=poll, timeout=timeout.total_seconds()),
        )
        result = result_of(session.client("s3"), run, conf=conf, bucket=bucket)
    if results:
        results.leave(result)
    tell(result)


def conf_of(model: ModelId, *, version: str, reason: str) -> dict[str, str]:
    """Return the run's conf; a wrong name or version raises InputError before anything is called."""
    conf = {"project": model.project, "model": model.model, "version": str(parse_trained(version))}
    return conf | {"reason": reason} if reason else conf


def start(client: Any, function: str, *, dag: str, conf: dict[str, str]) -> Run:
    """Start the run of this job; a repeated job is the same run."""
    run_id = names.run_id(dag, conf, trigger=Pipeline.current().job)
    run = functions.start(client, function, dag_id=dag, run_id=run_id, conf=conf)
    click.echo(f"run {run.id} of {dag} is {run.state}: {run.url}")
    return run


def result_of(s3: Any, run: Run, *, conf: dict[str, str], bucket: str) -> Result:
    """Return what the run wrote at its end; a failure where it left nothing or Airflow knows better."""
    try:
        result = Result.model_validate(objects.read_json(s3, bucket=bucket, key=names.result_key(run.id)))
    except NotFound:
        reason = f"the run ended as {run.state} but left no result in {bucket}"
        return _failed(Result(dag_id=run.dag_id, run_id=run.id, state="failed", url=run.url, **conf), reason)
    if run.state != "success" and result.state == "success":
        return _failed(result, f"the run ended as {run.state} after it had told its result")
    return result


def _failed(result: Result, reason: str) -> Result:
    return result.model_copy(update={"state": "failed", "failure": Failure(task=result.dag_id, reason=reason)})


def tell(result: Result) -> None:
    """Print the result; RunFailed when it is no good one."""
    if result.state == "success":
        click.echo("\n".join(outcome.lines(result)))
        return
    if result.failure:
        click.echo("\n".join(outcome.failure_lines(result.failure)), err=True)
    raise RunFailed(f"run {result.run_id} of {result.dag_id} failed; look at {result.url}")
