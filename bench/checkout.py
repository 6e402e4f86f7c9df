"""Where the measured sources lie."""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
DAGS = CHECKOUT / "dags"
PLUGINS = CHECKOUT / "plugins"
