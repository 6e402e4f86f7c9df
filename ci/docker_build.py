"""One image built by Docker, from a model's sources and a lock of their packages."""

from collections.abc import Sequence
from pathlib import Path

import click
from docker import DockerClient
from docker.errors import APIError
from docker.models.images import Image

from ci import digest, git, recipe
from ci.depot import Depot
from ci.engines import Order
from ci.pipeline import Pipeline
from modelway.errors import InputError

MODEL = "modelway.model"
SOURCES = "modelway.sources"
TAIL = 30  # lines of a failed build


def labels(order: Order) -> dict[str, str]:
    """Return what the image tells of itself: OCI's annotations and the digest of what it is made of."""
    return {
        "org.opencontainers.image.title": str(order.model),
        "org.opencontainers.image.version": str(order.version),
        "org.opencontainers.image.revision": git.commit(order.source) or Pipeline.current().commit,
        MODEL: str(order.model),
        SOURCES: digest.of_sources(order.source, container=order.container),
    }


def is_made_of(image: Image, order: Order) -> bool:
    """Whether the image is of these very sources."""
    return image.labels.get(SOURCES) == digest.of_sources(order.source, container=order.container)


def build(docker: DockerClient, order: Order, *, lock: bytes, base: str = "", cache: Sequence[str] = ()) -> Image:
    """Build the image; what Docker says goes to stderr, InputError has the last of it when a step fails."""
    with recipe.context(order, lock=lock, labels=labels(order)) as folder:
        return docker.images.get(_built(docker, folder, base=base, cache=cache))


def _built(docker: DockerClient, folder: Path, *, base: str, cache: Sequence[str]) -> str:
    said: list[str] = []
    try:
        for told in docker.api.build(
            path=str(folder),
            rm=True,
            forcerm=True,
            decode=True,
            buildargs={"BASE": base} if base else {},
            cache_from=list(cache),
        ):
            if "error" in told:
                raise _failure(str(told["error"]), said)
            if identifier := told.get("aux", {}).get("ID"):
                return str(identifier)
            if line := str(told.get("stream", "")).rstrip():
                said.append(line)
                click.echo(line, err=True)
    except APIError as error:
        raise _failure(str(error.explanation or error), said) from error
    raise _failure("Docker named no image at its end", said)


def _failure(reason: str, said: Sequence[str]) -> InputError:
    return InputError("\n".join([*said[-TAIL:], f"the image cannot be built: {reason.strip()}"]))


def warm(docker: DockerClient, order: Order, depot: Depot, *, tag: str) -> list[str]:
    """Return the images whose layers a build may take: none where this engine has built the model before.

    An engine keeps its layers, and to name others would make it look at those only. A runner's engine is new each
    time, so the image of the last build is brought from its registry.
    """
    if not tag or docker.images.list(filters={"label": f"{MODEL}={order.model}"}):
        return []
    last = depot.pull(docker, tag)
    return [str(last.id)] if last else []
