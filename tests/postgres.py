"""A PostgreSQL server of the tests' own, for an Airflow that a file does not serve."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.sockets import free_port, listens, wait_for

DEBIAN = "/usr/lib/postgresql"
SETTINGS = ("listen_addresses=127.0.0.1", "fsync=off", "unix_socket_directories=", "max_connections=200")


@contextmanager
def database_of_newer_airflow() -> Iterator[None]:
    """Within the block a platform of Airflow 3.3 has its database on a server: with SQLite it answers 500 at times.

    Its API server commits in its event loop, and so waits for itself where another request holds the file's lock.
    """
    if "MODELWAY_AIRFLOW_PYTHON" not in os.environ:
        yield
        return
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL is on PATH or in Debian's folder, which Airflow 3.3 needs for runs at the same time")
    with serving(programs) as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODELWAY_AIRFLOW_DATABASE", address)
        yield


def find_programs() -> Path | None:
    """The folder of initdb and postgres, which Debian keeps from PATH."""
    versions = sorted(Path(DEBIAN).glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *map(str, versions)])
    found = shutil.which("initdb", path=path)
    return None if found is None else Path(found).resolve().parent


@contextmanager
def serving(programs: Path) -> Iterator[str]:
    """A server with an empty database; gives its address."""
    folder, port = Path(tempfile.mkdtemp(prefix="modelway-postgres-")), free_port()
    options = [word for setting in (*SETTINGS, f"port={port}") for word in ("-c", setting)]
    try:
        begin = lowered(folder)
        initialise = (programs / "initdb", "--no-sync", "--auth=trust", "--username=airflow", "-D", folder / "data")
        subprocess.run([*begin, *initialise], check=True, capture_output=True, cwd=folder)
        command: list[str | Path] = [*begin, programs / "postgres", "-D", folder / "data", *options]
        server = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
        try:
            wait_for(lambda: listens(port), what="PostgreSQL")
            yield f"postgresql+psycopg2://airflow@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # at SIGTERM it waits for its clients
            server.wait(60)
    finally:
        shutil.rmtree(folder)


def lowered(folder: Path) -> list[str]:
    """What a command begins with so that it ends with the tests, and is not root, which PostgreSQL refuses to be."""
    begin = ["setpriv", "--pdeathsig", "INT"]
    if os.getuid() != 0:
        return begin
    user = next(each for each in pwd.getpwall() if each.pw_name in ("postgres", "nobody"))
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [*begin, "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups"]
