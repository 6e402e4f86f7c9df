"""`image`: the model's sources, the runtime and a lock of their requirements as one image."""

from pathlib import Path

import click

from ci import cloud, engines, envfile, options
from ci.engines import EngineName, Order
from ci.source import read_spec
from modelway.versions import parse_image


@click.command("image")
@options.source
@options.env_file
@options.bucket
@options.version
@click.option(
    "--engine",
    type=click.Choice(EngineName),
    default=EngineName.PROCESS,
    envvar="MODELWAY_ENGINE",
    show_envvar=True,
    show_default=True,
    help="What builds it.",
)
def command(source: Path, env_file: Path, bucket: str, version: str, engine: EngineName) -> None:
    """Build the model's image and push it to ECR."""
    order = Order(read_spec(source).id, parse_image(version), source=source)
    with cloud.connected() as session:
        image = engines.engine(engine, session=session, bucket=bucket).push(order)
    envfile.append(env_file, IMAGE=image)
    click.echo(image)
