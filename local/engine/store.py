"""Keeps pulled images: each is extracted once, by digest, and is there only when it is whole."""

import compileall
import io
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.engine.contract import Image, ImageError
from local.engine.environment import ensure_environment
from local.engine.registry import LOCK, SOURCES, Clients, Manifest, read_blob

if TYPE_CHECKING or sys.version_info >= (3, 12):
    import tarfile
else:  # before 3.11.4 the standard library has no extraction filters
    from backports import tarfile

CONFIG_FILE = "image.json"  # written last: its presence says that the image is whole


@dataclass(frozen=True)
class ExtractedImage(Image):
    """An image of sources and a lock; `folder` is our copy."""

    folder: Path
    entrypoint: tuple[str, ...]
    working_dir: str
    environment: Mapping[str, str]


class Store:
    """The folder `images/` of a home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environments = folder / "envs"

    def find(self, digest: str) -> ExtractedImage | None:
        """An image that was extracted before, with its environment in place."""
        try:
            known = json.loads((self._place(digest) / CONFIG_FILE).read_text("utf-8"))
        except FileNotFoundError:
            return None
        environment = ensure_environment(known["lock"], folder=self.environments)
        return _image(digest, self._place(digest), known["config"], environment=environment)

    def add(self, manifest: Manifest, clients: Clients) -> ExtractedImage:
        """Extract an image, unless it is here already."""
        if not (self._place(manifest.digest) / CONFIG_FILE).exists():
            draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=_made(self.folder)))
            try:
                self._fill(draft, manifest, clients)
                _settle(draft, self._place(manifest.digest))
            finally:
                shutil.rmtree(draft, ignore_errors=True)
        image = self.find(manifest.digest)
        if image is None:
            raise ImageError(
                f"image {manifest.uri} vanished from {self.folder} while it was pulled; start the job again"
            )
        return image

    def _fill(self, draft: Path, manifest: Manifest, clients: Clients) -> None:
        config = _parsed(manifest, read_blob(manifest.config, clients))
        rootfs = _made(draft / "rootfs")
        for layer in manifest.layers(SOURCES):
            extract(read_blob(layer, clients), rootfs, uri=manifest.uri)
        # Layers carry time 0, so the byte code stays valid in the copies that jobs get.
        compileall.compile_dir(rootfs, quiet=2, stripdir=rootfs, prependdir="/")
        lock = "".join(read_blob(layer, clients).decode() for layer in manifest.layers(LOCK))
        (draft / CONFIG_FILE).write_text(json.dumps({"config": config, "lock": lock}), "utf-8")

    def _place(self, digest: str) -> Path:
        return self.folder / digest.replace(":", "-")


def extract(layer: bytes, folder: Path, *, uri: str) -> None:
    """Unpack a layer; links and paths that leave the folder are refused."""
    try:
        with tarfile.open(fileobj=io.BytesIO(layer), mode="r:gz") as archive:
            archive.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise ImageError(f"image {uri}: a layer cannot be unpacked ({error}); build the image again") from error


def _parsed(manifest: Manifest, blob: bytes) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads(blob)["config"]
    except (ValueError, KeyError, TypeError) as error:
        raise ImageError(f"image {manifest.uri}: its configuration is unreadable; build the image again") from error
    return config


def _image(digest: str, folder: Path, config: Mapping[str, Any], *, environment: Path) -> ExtractedImage:
    """The image as its configuration describes it, with its own Python first on the path."""
    variables = dict(entry.split("=", 1) for entry in config.get("Env") or [])
    variables["PATH"] = f"{environment / 'bin'}:{variables.get('PATH', '/usr/local/bin:/usr/bin:/bin')}"
    variables["VIRTUAL_ENV"] = str(environment)
    entrypoint = (*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ()))
    return ExtractedImage(digest, folder, entrypoint, config.get("WorkingDir") or "/", variables)


def _settle(draft: Path, place: Path) -> None:
    """Give the draft its name; whoever came first wins, as both have the same content."""
    try:
        os.rename(draft, place)
    except OSError:
        if not (place / CONFIG_FILE).exists():
            raise


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
