"""Supervisord's configuration file."""

import shlex
from collections.abc import Iterable
from pathlib import Path

from local.home import CHECKOUT, Home
from local.leash import on_leash
from local.platform import Platform
from local.programs import Program

PRIORITIES = {"registry": 5, "aws": 10, "inbox": 20, "gitlab": 25, "airflow": 30}


def environment_file(home: Home, program: str) -> Path:
    """Where a program's environment is read from each time it starts."""
    return home.supervisor / f"{program}.environment.json"


def configuration(platform: Platform, programs: Iterable[Program]) -> str:
    """The whole file: the control port, each program, each group."""
    programs = list(programs)
    groups = dict.fromkeys(program.group for program in programs)
    sections = [
        _daemon(platform),
        *(_program(platform.home, program) for program in programs),
        *(_group(name, [p.name for p in programs if p.group == name]) for name in groups),
    ]
    return "\n".join(sections)


def addition(platform: Platform, program: Program) -> str:
    """The part of one program that is alone in its group."""
    return "\n".join(["", _program(platform.home, program), _group(program.group, [program.name])])


def _daemon(platform: Platform) -> str:
    home, ports = platform.home, platform.identity.ports
    return (
        _section(
            "supervisord",
            nodaemon="true",
            silent="true",  # its log file is rotated, its standard output is not
            identifier=platform.identity.id,
            logfile=_literal(home.logs / "supervisord.log"),
            logfile_maxbytes="5MB",
            logfile_backups="1",
            pidfile=_literal(home.supervisor / "supervisord.pid"),
            childlogdir=_literal(home.logs),
            minfds="256",
        )
        + _section(
            # A unix socket's path may be 107 bytes at most, which a deep checkout exceeds.
            "inet_http_server",
            port=f"127.0.0.1:{ports.supervisor}",
            username="modelway",
            password=platform.keys.supervisor,
        )
        + _section(
            "rpcinterface:supervisor",
            **{"supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"},
        )
    )


def _program(home: Home, program: Program) -> str:
    environment = str(environment_file(home, program.name))
    command = on_leash("--environment", environment, "--death", program.death, *program.command)
    return _section(
        f"program:{program.name}",
        command=_literal(shlex.join(command)),
        directory=_literal(CHECKOUT),
        autostart="false",
        autorestart="true",  # none of them ends by itself; a triggerer whose runner was killed does so with 0
        startsecs="1",
        startretries="2",
        stopasgroup="true",
        killasgroup="true",
        stopwaitsecs=str(program.stop_seconds),
        redirect_stderr="true",
        stdout_logfile=_literal(home.logs / f"{program.name}.log"),
        stdout_logfile_maxbytes="10MB",
        stdout_logfile_backups="1",
    )


def _group(name: str, members: list[str]) -> str:
    return _section(f"group:{name}", programs=",".join(members), priority=str(PRIORITIES[name]))


def _section(name: str, **values: str) -> str:
    return "\n".join([f"[{name}]", *(f"{key}={value}" for key, value in values.items()), ""]) + "\n"


def _literal(value: object) -> str:
    return str(value).replace("%", "%%")  # supervisord expands %(name)s
