"""Which engine builds a push's image; which one runs it, the image says by itself."""

import os
from enum import StrEnum

from local.docker_record import docker_variables, read_docker
from local.errors import RecordUnreadable
from local.home import Home
from local.platform import Platform
from local.record import read_record, write_record

VARIABLE = "MODELWAY_ENGINE"


class EngineName(StrEnum):
    """The choices of `--engine`."""

    PROCESS = "process"
    DOCKER = "docker"


def chosen_engine(home: Home, asked: EngineName | None) -> EngineName:
    """The engine asked for, else the one that this home was last started with, else processes."""
    return asked or _last_engine(home)


def _last_engine(home: Home) -> EngineName:
    record = read_record(home.engine)
    try:
        return EngineName.PROCESS if record is None else EngineName(record["engine"])
    except (KeyError, ValueError) as error:
        raise RecordUnreadable(
            f"{home.engine} is not a record of this version ({error}); remove it and run `python -m local up` again"
        ) from error


def keep_engine(home: Home, engine: EngineName) -> None:
    """Let later commands in this home mean the same engine."""
    if engine is not chosen_engine(home, None):
        write_record(home.engine, {"engine": engine})


def engine_variables(platform: Platform, engine: EngineName) -> dict[str, str]:
    """What makes `ci image` build with the engine, wherever it runs."""
    if engine is EngineName.PROCESS:
        return {VARIABLE: engine}
    return {VARIABLE: engine, **variables_in(platform.home)}


def variables_in(home: Home) -> dict[str, str]:
    """The way to Docker: as this command's environment has it, else as the home remembers it."""
    given = docker_variables(os.environ)
    record = read_docker(home.root)
    return given or (dict(record.variables) if record else {})
