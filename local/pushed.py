"""A version that `push` carried, remembered so that `approve` and `predict` need not be told."""

from dataclasses import asdict, dataclass

from local.errors import PlatformError
from local.home import Home
from local.record import read_record, write_record


@dataclass(frozen=True)
class Pushed:
    """A trained version of one model."""

    project: str
    model: str
    version: str

    @property
    def endpoint(self) -> str:
        """The name that docs/architecture.md gives its endpoint."""
        return f"{self.project}--{self.model}"

    @property
    def prefix(self) -> str:
        """Where the bucket keeps the model."""
        return f"models/{self.project}/{self.model}"

    @property
    def conf(self) -> dict[str, str]:
        """As a DAG run's conf names it."""
        return asdict(self)

    @property
    def arguments(self) -> tuple[str, ...]:
        """As ci's commands take it."""
        return ("--project", self.project, "--model", self.model, "--version", self.version)


def remember(home: Home, pushed: Pushed) -> None:
    """Make this the last one."""
    write_record(home.last_push, asdict(pushed))


def recall(home: Home, *, project: str | None, model: str | None, version: str | None) -> Pushed:
    """The version asked for, filled up from the last push."""
    last = read_record(home.last_push) or {}
    asked = {"project": project, "model": model, "version": version}
    chosen = {key: value or str(last.get(key, "")) for key, value in asked.items()}
    if missing := [key for key, value in chosen.items() if not value]:
        raise PlatformError(
            f"nothing was pushed in {home.root} yet, so name the {', '.join(missing)} or push a model first"
        )
    return Pushed(**chosen)
