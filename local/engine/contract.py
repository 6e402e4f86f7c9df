"""What every engine offers: images are pulled by URI and started as processes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class ImageError(Exception):
    """An image cannot be pulled or is not one this engine can run; the message names it and the remedy."""


@dataclass(frozen=True)
class Image:
    """A pulled image, ready to start by the engine that pulled it."""

    digest: str


@dataclass(frozen=True)
class Run:
    """One start of an image.

    `opt` is the private folder behind the process's /opt: its `ml` is what the process knows as /opt/ml.
    `entrypoint` replaces the image's own where it is given; output is appended to `log`.
    """

    opt: Path
    log: Path
    arguments: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


class Process(Protocol):
    """A started image."""

    @property
    def pid(self) -> int:
        """The process to look at from outside."""
        ...

    def wait(self, timeout: float) -> int | None:
        """The exit code (128 + n for signal n), or None when it still runs after so many seconds."""
        ...

    def terminate(self) -> None:
        """Ask it to end."""
        ...

    def kill(self) -> None:
        """End it and all it started at once."""
        ...


class Engine(Protocol):
    """Pulls and starts images."""

    def pull(self, uri: str) -> Image:
        """The image behind `{account}.dkr.ecr.{region}.amazonaws.com/{repository}[:tag|@digest]`; raises ImageError."""
        ...

    def pulled(self, digest: str) -> Image | None:
        """An image that was pulled before, without asking the registry."""
        ...

    def start(self, image: Image, run: Run) -> Process:
        """Start the image; without its program it starts and exits with 127. Raises ImageError for one that is gone."""
        ...
