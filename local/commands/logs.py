"""`python -m local logs`."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

import click

from local.commands.options import running_platform, with_home
from local.home import Home
from local.pushed import recall
from local.tail import follow, last_lines
from local.view.joblogs import KINDS, JobLog, job_log
from local.view.table import Cell, Column, Table, Tone
from local.view.terminal import opened

PAUSE = 0.5
JOBS = dict(
    zip(
        KINDS,
        (
            "the training job of the last push",
            "its evaluation",
            "the champion's evaluation on the same rows",
            "what the endpoint says while it serves",
        ),
        strict=True,
    )
)


@click.command(
    short_help="List the logs, or show one.", epilog="Examples: python -m local logs train; python -m local logs -f aws"
)
@click.argument("name", required=False)
@click.option("-n", "--lines", default=20, show_default=True, help="How many lines of the log's end.")
@click.option("-f", "--follow", "following", is_flag=True, help="Go on with what is added, until ctrl-C.")
@with_home
def logs(home: Home, name: str | None, lines: int, following: bool) -> None:
    """Print the end of the log NAME; without a name, list which logs there are.

    A NAME is a process of the platform, or train, evaluate, champion or endpoint: the jobs of the last push. With
    --follow and no name, all processes are followed.
    """
    files = {path.stem: path for path in sorted(home.logs.glob("*.log"))}
    if name in KINDS:
        _tell(_job_lines(_job(home, str(name)), lines, following=following))
    elif name is not None:
        _tell(_file_lines({name: _chosen(files, name)}, lines, following=following))
    elif following:
        _tell(_file_lines(files, lines, following=True))
    else:
        with opened() as view:
            view.table(_listing(files))


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _job(home: Home, kind: str) -> JobLog:
    platform = running_platform(home)
    return job_log(platform, recall(home, project=None, model=None, version=None), kind)


def _job_lines(log: JobLog, count: int, *, following: bool) -> Iterator[str]:
    found = list(log.new_lines())
    yield from found[-count:] if found else [f"no {log.kind} log yet"]
    while following:
        time.sleep(PAUSE)
        yield from log.new_lines()


def _file_lines(files: dict[str, Path], count: int, *, following: bool) -> Iterator[str]:
    mark = _marked(files)
    added = follow(files)
    for name, path in files.items():
        yield from (mark(name, line) for line in last_lines(path, count))
    if following:
        yield from (mark(name, line) for name, line in added)


def _marked(files: dict[str, Path]) -> Callable[[str, str], str]:
    """Of several logs each line says where it is from."""
    width = max((len(name) for name in files), default=0)
    return (lambda name, line: f"{name:<{width}} | {line}") if len(files) > 1 else (lambda _, line: line)


def _chosen(files: dict[str, Path], name: str) -> Path:
    if name not in files:
        names = ", ".join([*files, *KINDS])
        raise click.BadParameter(f"there is no log of {name!r}; there are: {names}")
    return files[name]


def _listing(files: dict[str, Path]) -> Table:
    processes = [[Cell(name), Cell(_written(path), Tone.FAINT)] for name, path in files.items()]
    jobs = [[Cell(name), Cell(what, Tone.FAINT)] for name, what in JOBS.items()]
    return Table(
        headline=Cell("Logs", Tone.STRONG),
        columns=(Column(), Column(spare=True)),
        rows=[*processes, *jobs],
        remark="python -m local logs NAME shows one; -f follows it",
    )


def _written(path: Path) -> str:
    found = path.stat()
    return f"{datetime.fromtimestamp(found.st_mtime).astimezone():%H:%M:%S}  {found.st_size / 1024:,.0f} kB"
