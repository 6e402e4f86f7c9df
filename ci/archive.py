"""`archive`: the zip files that Terraform ships, the same bytes for the same sources."""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from ci import git, options
from ci.wheels import offline, wheels_of

CHECKOUT = Path(__file__).parents[1]
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can hold


@click.command("archive")
@click.option(
    "--into",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("build"),
    show_default=True,
    help="The folder to write.",
)
@options.wheels
def command(folder: Path, wheels: bool) -> None:
    """Write the zip files of plugins/ and of each function, for Terraform."""
    for name, content in write(CHECKOUT, into=folder, wheels=wheels).items():
        click.echo(f"{folder / name}: {len(content)} bytes, sha256:{hashlib.sha256(content).hexdigest()[:12]}")


def write(checkout: Path, *, into: Path, wheels: bool) -> dict[str, bytes]:
    """Write the checkout's files for Terraform into the folder, and return them."""
    into.mkdir(parents=True, exist_ok=True)
    made = isolated(checkout) if wheels else archives(checkout)
    for name, content in made.items():
        (into / name).write_bytes(content)
    return made


def archives(checkout: Path) -> dict[str, bytes]:
    """Return plugins.zip and a zip file a function: a change to one file changes the zip files that hold it."""
    functions = {f"{path.stem}.zip": packed({path.name: path.read_bytes()}) for path in functions_of(checkout)}
    return {"plugins.zip": plugins_zip(checkout)} | functions


def isolated(checkout: Path) -> dict[str, bytes]:
    """Return the same with what requirements.txt names in plugins.zip, and a requirements.txt that finds it there."""
    requirements = checkout / "requirements.txt"
    plugins = plugins_zip(checkout, wheels_of(requirements))
    return archives(checkout) | {"plugins.zip": plugins, "requirements.txt": offline(requirements)}


def functions_of(checkout: Path) -> list[Path]:
    """Return the files of lambda/, each the whole code of one function."""
    return [checkout / "lambda" / name for name in files_below(checkout / "lambda") if name.endswith(".py")]


def plugins_zip(checkout: Path, wheels: Mapping[str, bytes] | None = None) -> bytes:
    """Return what MWAA unpacks into its plugins folder."""
    folder = checkout / "plugins"
    return packed({name: (folder / name).read_bytes() for name in files_below(folder)} | dict(wheels or {}))


def packed(files: dict[str, bytes]) -> bytes:
    """Return the files as a zip file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            file.writestr(entry, files[name])
    return content.getvalue()


def files_below(folder: Path) -> Iterator[str]:
    """Yield the paths below the folder that git tracks or, outside git, all of them."""
    names = git.tracked(folder)
    if names is None:
        names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return iter(sorted(name for name in names if "__pycache__" not in name))
