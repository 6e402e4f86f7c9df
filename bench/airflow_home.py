"""An Airflow to import and not to start, set up as the local platform's."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local.airflow import airflow_environment
from local.home import Home
from local.platform import make_platform


@contextmanager
def airflow_home() -> Iterator[Mapping[str, str]]:
    """The environment for programs that import Airflow; its folder goes with it."""
    with tempfile.TemporaryDirectory(prefix="modelway-bench-") as folder:
        yield airflow_environment(make_platform(Home(Path(folder))), {})
