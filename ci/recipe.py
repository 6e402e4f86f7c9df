"""What Docker is given to build a model's image from: the platform's Dockerfile or the repository's own."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ci import digest
from ci.engines import Order
from ci.source import DOCKERFILE, has_dockerfile

LOCK = "lock.txt"


@contextmanager
def context(order: Order, *, lock: bytes, labels: Mapping[str, str]) -> Iterator[Path]:
    """Give a folder that holds the Dockerfile and what it copies; the lock is for the platform's Dockerfile only."""
    own = has_dockerfile(order.source)
    with tempfile.TemporaryDirectory(prefix="modelway-build-") as place:
        folder = Path(place)
        for path, file in digest.image_files(order.source, container=order.container).items():
            if path.is_relative_to(digest.PROGRAM):
                _copy(file, folder / path.relative_to(digest.PROGRAM if own else digest.PROGRAM.parent))
            elif not own:
                _copy(file, folder / path.relative_to(digest.RUNTIME.parent))
        if not own:
            (folder / LOCK).write_bytes(lock)
            _copy(order.container / DOCKERFILE, folder / DOCKERFILE)
        with (folder / DOCKERFILE).open("a") as recipe:
            recipe.write(f"\n{_labelled(labels)}\n")
        yield folder


def _labelled(labels: Mapping[str, str]) -> str:
    """Return one instruction for all labels: given beside the Dockerfile, each would be a step with a layer's price."""
    return f"LABEL {' '.join(f'{name}={json.dumps(value)}' for name, value in sorted(labels.items()))}"


def _copy(file: Path, target: Path) -> None:
    """Copy a file with the one bit of its mode that counts: others differ from checkout to checkout."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    target.chmod(0o755 if digest.is_program(file) else 0o644)
