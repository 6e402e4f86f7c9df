"""`retrain`: the newest trained version's image once more, on the data as they are now."""

from datetime import timedelta
from pathlib import Path

import click

from ci import cloud, options, trigger
from ci.pipeline import Pipeline
from ci.results import Results
from modelway.aws import registry
from modelway.errors import InvalidVersion, NotFound
from modelway.names import ModelId
from modelway.versions import TrainedVersion, parse_trained


@click.command("retrain")
@options.env_file
@options.bucket
@options.project
@options.model
@trigger.patience
def command(
    env_file: Path,
    bucket: str,
    project: str,
    model: str,
    wait: bool,
    timeout: timedelta,
    poll: float,
    function: str,
    folder: Path | None,
) -> None:
    """Train the newest trained version's image again, as `1.4.0+r2` after `1.4.0`, and tell what it came to."""
    known = ModelId(project, model)
    with cloud.connected() as session:
        sagemaker = session.client("sagemaker")
        listed = [registry.trained_version(summary) for summary in registry.packages(sagemaker, known)]
    version = next_training(known, listed)
    conf = trigger.conf_of(known, version=str(version), reason="retraining")
    results = Results(folder, ("Pipeline", Pipeline.current().url)) if folder else None
    trigger.carry(
        "train", conf, bucket=bucket, wait=wait, timeout=timeout, poll=poll, function=function, results=results
    )


def next_training(model: ModelId, listed: list[str]) -> TrainedVersion:
    """Return the training after the newest one; NotFound when there was none."""
    trained = [version for text in listed if (version := _parsed(text))]
    if not trained:
        raise NotFound(f"{model} was never trained to the end; push it first")
    newest = max(trained)
    return TrainedVersion(newest.image, newest.training + 1)


def _parsed(text: str) -> TrainedVersion | None:
    """Return the version; None for a package that somebody else has put into the group."""
    try:
        return parse_trained(text)
    except InvalidVersion:
        return None
