"""`version`: the number that this push will have for good."""

from datetime import UTC, datetime
from pathlib import Path

import click

from ci import cloud, envfile, git, options
from ci.pipeline import Pipeline
from ci.source import read_spec
from modelway.aws import releases


@click.command("version")
@options.source
@options.env_file
@options.bucket
def command(source: Path, env_file: Path, bucket: str) -> None:
    """Reserve the model's next version."""
    spec = read_spec(source)
    note = {
        "commit": git.commit(source),
        "job": Pipeline.current().job,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with cloud.connected() as session:
        version = releases.reserve_next(session.client("s3"), spec.id, bucket=bucket, note=note)
    envfile.append(env_file, MODEL_PROJECT=spec.id.project, MODEL_NAME=spec.id.model, MODEL_VERSION=str(version))
    click.echo(f"{spec.id} will be {version}")
