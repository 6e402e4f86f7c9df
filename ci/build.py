"""`build`: the model's image by Docker, in a job that has no AWS credentials: a build runs a stranger's code."""

from pathlib import Path

import click

from ci import built, daemon, docker_build, envfile, options
from ci.depot import Depot
from ci.engines import Order
from ci.source import read_spec
from ci.version import Sources
from modelway.versions import parse_image

LAST = "last"  # the tag whose layers the next build takes


@click.command("build")
@options.source
@options.env_file
@options.version
@click.option(
    "--lock",
    "lock_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The packages, as `lock` leaves them.",
)
@options.base
@click.option(
    "--registry",
    envvar="CI_REGISTRY_IMAGE",
    show_envvar=True,
    required=True,
    help="Where to push: GitLab's container registry.",
)
@click.option(
    "--into",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("built.txt"),
    show_default=True,
    help="The file that tells `image` what was built.",
)
def command(source: Path, env_file: Path, version: str, lock_file: Path, base: str, registry: str, into: Path) -> None:
    """Build the model's image and push it to GitLab's registry, from where `image` takes it to ECR."""
    if envfile.read(env_file).get("MODEL_SOURCES") == Sources.RELEASED:
        click.echo("nothing to build: these sources are released already")
        return
    order = Order(read_spec(source).id, parse_image(version), source=source)
    depot = built.registry(f"{registry}/{order.model.repository}".lower())
    made = build(order, depot, lock=lock_file.read_bytes(), base=base)
    into.write_text(f"{depot.address}@{made}\n")
    click.echo(f"{depot.address}@{made}")


def build(order: Order, depot: Depot, *, lock: bytes, base: str) -> str:
    """Build and push the image, unless it is there from a job before; return its digest."""
    tag = str(order.version)
    with daemon.connected() as docker:
        image = depot.pull(docker, tag)
        if image is None or not docker_build.is_made_of(image, order):
            cache = docker_build.warm(docker, order, depot, tag=LAST)
            image = docker_build.build(docker, order, lock=lock, base=base, cache=cache)
        depot.push(docker, image, LAST)
        return depot.push(docker, image, tag)
