"""The one folder that holds everything of a local platform."""

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Home:
    """The folder of one platform: ports, keys, state and logs."""

    root: Path

    @property
    def option(self) -> str:
        """What names this home on a command line; empty where it is the one taken anyway."""
        return "" if self == home_at(None) else f" --home {shlex.quote(str(self.root))}"

    @property
    def identity(self) -> Path:
        """The platform's ports and id."""
        return self.root / "platform.json"

    @property
    def supervisor(self) -> Path:
        """Supervisord's configuration, keys and the processes' environments."""
        return self.root / "supervisor"

    @property
    def airflow(self) -> Path:
        """AIRFLOW_HOME."""
        return self.root / "airflow"

    @property
    def inbox(self) -> Path:
        """Received mail and Slack messages."""
        return self.root / "inbox"

    @property
    def logs(self) -> Path:
        """One log a process."""
        return self.root / "logs"

    @property
    def engine(self) -> Path:
        """Which engine builds a push's image here."""
        return self.root / "engine.json"

    @property
    def airflow_python(self) -> Path:
        """Which Python Airflow runs in, where it is not the commands' own."""
        return self.root / "airflow-python.json"

    @property
    def airflow_database(self) -> Path:
        """Where Airflow's database is, when it is not a file in AIRFLOW_HOME."""
        return self.root / "airflow-database.json"

    @property
    def last_push(self) -> Path:
        """Which model and version `push` carried last."""
        return self.root / "last-push.json"

    def create(self) -> "Home":
        """Make the folders, readable by their owner only."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)
        for name in ("supervisor", "aws", "airflow", "inbox", "logs", "images"):
            (self.root / name).mkdir(exist_ok=True)
        return self


def home_at(folder: str | None) -> Home:
    """The home asked for, else MODELWAY_HOME, else `.modelway` in the checkout."""
    chosen = folder or os.environ.get("MODELWAY_HOME") or CHECKOUT / ".modelway"
    return Home(Path(chosen).expanduser().resolve())
