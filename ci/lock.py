"""`lock`: the requirements of an image, every package fixed by its hash."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ci import cloud, digest, options
from ci.source import DOCKERFILE, has_dockerfile
from modelway import names
from modelway.aws import objects
from modelway.errors import InputError, ModelwayError, NotFound

UNREACHABLE = 2  # uv's exit code when it could not look; 1 is "there is none"
OLDEST_PYTHON = "3.11"  # a fixed one, so that every desk and job makes the same lock


@click.command("lock")
@options.source
@options.bucket
@click.option(
    "--into",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("lock.txt"),
    show_default=True,
    help="The file to write.",
)
def command(source: Path, bucket: str, into: Path) -> None:
    """Write the lock of the model's packages and the runtime's, for `build`."""
    if has_dockerfile(source):
        into.touch()
        click.echo(f"{source / DOCKERFILE} says what is installed, no lock is needed")
        return
    with cloud.connected() as session:
        into.write_bytes(kept(session.client("s3"), digest.requirements(source), bucket=bucket))
    click.echo(f"{into} has the packages")


def kept(s3: Any, requirements: Sequence[Path], *, bucket: str) -> bytes:
    """Return what the same files were resolved to before, or fits them now: a change of code alone moves no package."""
    key = names.lock_key(question(requirements))
    try:
        return objects.read(s3, bucket=bucket, key=key)
    except NotFound:
        objects.write_new(s3, resolve(requirements), bucket=bucket, key=key, content_type="text/plain")
        return objects.read(s3, bucket=bucket, key=key)  # of two jobs, what the first one found


def question(requirements: Sequence[Path]) -> str:
    """Return the SHA-256 of what `resolve` is asked."""
    asked = [OLDEST_PYTHON.encode(), *(path.read_bytes() for path in requirements)]
    return hashlib.sha256(b"\0".join(asked)).hexdigest()


def resolve(requirements: Sequence[Path]) -> bytes:
    """Return a requirements file with hashes that fits all the given ones on every platform.

    Only packages with wheels are taken: to build another runs its code, here with the credentials of a job.
    It depends on what the package index offers at the time or, where that cannot be reached, offered the last time.
    """
    with tempfile.TemporaryDirectory() as elsewhere:  # a model's own uv.toml must not decide where packages come from
        lock = Path(elsewhere) / "lock.txt"
        done = _compile(requirements, lock=lock)
        if done.returncode == UNREACHABLE and _compile(requirements, "--offline", lock=lock).returncode == 0:
            click.echo("the package index cannot be reached: packages are the newest that are known here", err=True)
        elif done.returncode:
            raise _refusal(requirements, done)
        return lock.read_bytes()


def _compile(requirements: Sequence[Path], *options: str, lock: Path) -> "subprocess.CompletedProcess[str]":
    how = ["--universal", "--generate-hashes", "--no-build", "--no-header", "--no-annotate", "--quiet", *options]
    where = ["--python", sys.executable, "--python-version", OLDEST_PYTHON, "--output-file", str(lock)]
    command = [_uv(), "pip", "compile", *how, *where, *(str(path) for path in requirements)]
    return subprocess.run(command, cwd=lock.parent, capture_output=True, text=True, check=False)


def _refusal(requirements: Sequence[Path], done: "subprocess.CompletedProcess[str]") -> ModelwayError:
    files = " and ".join(str(path) for path in requirements)
    if done.returncode == UNREACHABLE:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        reason = [line for line in said if not line.startswith("hint: ")][-1].removeprefix("cause: ")
        return ModelwayError(
            f"the packages of {files} cannot be looked up: {reason}; check the network and its proxy, or name a mirror "
            "by UV_DEFAULT_INDEX, and push again"
        )
    return InputError(f"no set of packages fits {files}; change one of them. uv says:\n{done.stderr.strip()}")


def _uv() -> str:
    beside = shutil.which("uv", path=str(Path(sys.executable).parent))
    if found := beside or shutil.which("uv"):
        return found
    raise ModelwayError("uv is neither beside this Python nor on PATH; install it with `pip install uv`")
