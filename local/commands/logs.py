"""`python -m local logs`."""

from pathlib import Path

import click

from local.commands.options import with_home
from local.home import Home
from local.tail import follow, last_lines


@click.command()
@click.argument("name", required=False)
@click.option("-n", "--lines", default=20, show_default=True, help="How many lines of each log's end.")
@click.option("-f", "--follow", "following", is_flag=True, help="Go on with what is added, until ctrl-C.")
@with_home
def logs(home: Home, name: str | None, lines: int, following: bool) -> None:
    """Print the end of one process's log, or of all."""
    files = _chosen(home.logs, name)
    width = max((len(each) for each in files), default=0)
    for each, path in files.items():
        for line in last_lines(path, lines):
            click.echo(f"{each:<{width}} | {line}")
    if following:
        for each, line in follow(files):
            click.echo(f"{each:<{width}} | {line}")


def _chosen(folder: Path, name: str | None) -> dict[str, Path]:
    files = {path.stem: path for path in sorted(folder.glob("*.log"))}
    if name is None:
        return files
    if name not in files:
        raise click.BadParameter(f"there is no log of {name!r}; there are: {', '.join(files) or 'none yet'}")
    return {name: files[name]}
