"""What several commands take or need."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from local.engine_choice import VARIABLE, EngineName
from local.errors import NotRunning
from local.home import Home, home_at
from local.platform import Platform, known_platform
from local.supervisor import Supervisor

Command = TypeVar("Command", bound=Callable[..., Any])


def _home(context: click.Context, _: click.Parameter, value: Path | None) -> Home:
    return _meant(context, home_at(None if value is None else str(value)))


def _own_home(context: click.Context, _: click.Parameter, value: Path | None) -> Home:
    return _meant(context, home_at(str(value)) if value else Home(home_at(None).root / "demo"))


def _engine(_: click.Context, __: click.Parameter, value: str | None) -> EngineName | None:
    return None if value is None else EngineName(value)


def _meant(context: click.Context, home: Home) -> Home:
    context.find_root().obj = home  # whose disk an error may be about
    return home


def with_home(command: Command) -> Command:
    """Give the command its platform's folder."""
    return _home_option(_home, "The platform's folder; else MODELWAY_HOME, else .modelway in the checkout.")(command)


def with_home_of_its_own(command: Command) -> Command:
    """Give the command a folder that it may wipe."""
    return _home_option(_own_home, "Wiped first; else `demo` in the platform's folder.")(command)


def _home_option(meant: Callable[..., Home], words: str) -> Callable[[Command], Command]:
    return click.option("--home", type=click.Path(file_okay=False, path_type=Path), callback=meant, help=words)


def with_engine(command: Command) -> Command:
    """Let the user say what builds images."""
    return click.option(
        "--engine",
        type=click.Choice([str(name) for name in EngineName]),
        callback=_engine,
        envvar=VARIABLE,
        show_envvar=True,
        help="What images are built and run by; else what the platform was last started with, else process.",
    )(command)


def running_platform(home: Home) -> Platform:
    """The platform in this home, which must be up."""
    platform = known_platform(home)
    if platform is None or not Supervisor(platform).is_ours():
        raise NotRunning(f"no platform runs in {home.root}; start it with `python -m local up{home.option}`")
    return platform
