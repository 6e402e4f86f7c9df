"""The programs that supervisord runs, in the order of their start."""

import sys
from dataclasses import dataclass, replace

from local.platform import Platform


@dataclass(frozen=True)
class Program:
    """One supervised process."""

    name: str
    group: str
    command: tuple[str, ...]
    stop_seconds: int = 4
    death: str = "TERM"  # the signal that reaches it if supervisord is killed

    @property
    def address(self) -> str:
        """The name supervisord knows it by."""
        return f"{self.group}:{self.name}"


def programs(platform: Platform) -> list[Program]:
    """Every program; groups stop last to first, the members of one group at the same time."""
    return [aws_program(platform), inbox_program(platform), *airflow_programs(platform)]


def airflow_programs(platform: Platform) -> list[Program]:
    """Airflow in four processes, which is faster to start and to stop than `airflow standalone`."""
    port = str(platform.identity.ports.airflow)
    return [
        _airflow(platform, "api-server", "--host", "127.0.0.1", "--port", port, "--workers", "1"),
        # Task logs lie on this disk, so nobody needs the extra servers for them.
        _warm(platform, "scheduler", "--skip-serve-logs"),
        _airflow(platform, "dag-processor"),
        # Signalled alone, and not with its group, it would wait for ever for its child; killed, it takes that along.
        replace(_airflow(platform, "triggerer", "--skip-serve-logs"), death="KILL"),
    ]


def aws_program(platform: Platform) -> Program:
    """The local AWS."""
    where = ("--home", str(platform.home.root), "--port", str(platform.identity.ports.aws))
    # Jobs, endpoints and what is not yet saved come to their end one after the other.
    return Program("aws", "aws", (sys.executable, "-m", "local.aws", *where), stop_seconds=15)


def inbox_program(platform: Platform) -> Program:
    """The sink of mail and Slack messages."""
    ports = platform.identity.ports
    where = ("--home", str(platform.home.root), "--smtp-port", str(ports.smtp), "--http-port", str(ports.inbox))
    return Program("inbox", "inbox", (sys.executable, "-m", "local.inbox", *where))


def _airflow(platform: Platform, part: str, *arguments: str, module: str = "airflow") -> Program:
    return Program(f"airflow-{part}", "airflow", (platform.airflow_python.program, "-m", module, part, *arguments))


def _warm(platform: Platform, part: str, *arguments: str) -> Program:
    return _airflow(platform, part, *arguments, module="local.warm")
