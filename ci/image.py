"""`image`: the model's sources, the runtime and a lock of their requirements as one image."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from ci import cloud, digest, engines, envfile, options, released
from ci.engines import EngineName, Order
from ci.source import read_spec
from modelway.release import Release
from modelway.versions import parse_image


@click.command("image")
@options.source
@options.env_file
@options.bucket
@options.version
@click.option(
    "--engine",
    type=click.Choice([name.value for name in EngineName]),
    default=EngineName.PROCESS.value,
    envvar="MODELWAY_ENGINE",
    show_envvar=True,
    show_default=True,
    help="What builds it.",
)
@options.base
@click.option(
    "--built",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --engine docker: the file of `build`, whose image is pushed; else it is built here.",
)
def command(
    source: Path, env_file: Path, bucket: str, version: str, engine: str, base: str, built: Path | None
) -> None:
    """Build the model's image and push it to ECR."""
    order = Order(read_spec(source).id, parse_image(version), source=source)
    maker = partial(engines.engine, EngineName(engine), bucket=bucket, base=base, built=built)
    with cloud.connected() as session:
        release = find_released(session.client("s3"), order, bucket=bucket)
        if release:
            released.require_image(session.client("ecr"), release)
        image = release.image if release else maker(session=session).push(order)
    envfile.append(env_file, IMAGE=image)
    click.echo(image)
    if release:
        click.echo(f"nothing to build: {order.model} {order.version} is already released from these sources")


def find_released(s3: Any, order: Order, *, bucket: str) -> Release | None:
    """Return the order's release if there is one; Refused for a version that is of other sources."""
    sources = digest.of_sources(order.source, container=order.container)
    release = released.find_same(s3, order.model, order.version, bucket=bucket, sources=sources)
    if release is None:
        released.require_reserved(s3, order.model, order.version, bucket=bucket, sources=sources)
    return release
