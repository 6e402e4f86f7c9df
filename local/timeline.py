"""Plain lines with the seconds since a command began."""

import time
from dataclasses import dataclass, field

import click


@dataclass(frozen=True)
class Timeline:
    """Tells what happened and when, one line each."""

    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Since the command began."""
        return time.monotonic() - self.began

    def line(self, event: str, detail: str = "") -> None:
        """Print `[ 12.3 s] event  detail`."""
        click.echo(f"[{self.seconds:6.1f} s] {event:<10} {detail}".rstrip())
