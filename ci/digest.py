"""What an image is made of, and the digest that tells whether that has changed."""

import hashlib
import json
from pathlib import Path, PurePosixPath

from ci import source
from ci.engines import CONTAINER

PROGRAM = PurePosixPath("opt/program")
RUNTIME = PurePosixPath("opt/modelway/modelway_runtime")


def image_files(folder: Path, *, container: Path = CONTAINER) -> dict[PurePosixPath, Path]:
    """Return the model's files and the runtime's, by their paths in the image."""
    runtime = container / "modelway_runtime"
    program = {PROGRAM / path: folder / path for path in source.files(folder)}
    return program | {RUNTIME / path: runtime / path for path in source.runtime_files(runtime)}


def requirements(folder: Path, *, container: Path = CONTAINER) -> list[Path]:
    """Return the requirements files, the runtime's first."""
    own = folder / "requirements.txt"
    return [container / "requirements.in", *([own] if own.is_file() else [])]


def of_sources(folder: Path, *, container: Path = CONTAINER) -> str:
    """Return the digest of all that goes into the image: the model's files, the runtime, requirements, Dockerfile.

    Neither the commit nor the time of a file is in it, so sources that are changed and changed back have the same.
    """
    recipe = container / "Dockerfile"
    ours = [*requirements(folder, container=container), *([recipe] if recipe.is_file() else [])]
    program = [_entry(str(path), file) for path, file in sorted(image_files(folder, container=container).items())]
    content = json.dumps([program, [_entry(file.name, file) for file in ours]], separators=(",", ":"))
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def _entry(name: str, file: Path) -> tuple[str, bool, str]:
    return name, is_program(file), hashlib.sha256(file.read_bytes()).hexdigest()


def is_program(file: Path) -> bool:
    """Whether the file may be executed, which is all of its mode that an image keeps."""
    return bool(file.stat().st_mode & 0o100)
