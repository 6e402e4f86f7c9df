"""`python -m local.aws --home DIR --port N`: the local AWS as a process, ended by SIGTERM or SIGINT."""

import argparse
import fcntl
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

# moto and boto3 inside this process must see no AWS profile of the user, and no proxy before this machine.
os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
os.environ["NO_PROXY"] = ",".join([*filter(None, [os.environ.get("NO_PROXY")]), "127.0.0.1", "localhost"])
os.environ.pop("AWS_PROFILE", None)

from local.aws.room import LocalAws, Settings
from local.aws.state import UnreadableState
from local.ending import heeded_end

AIRFLOW = "http://127.0.0.1:8080"  # Airflow's own default


def main() -> int:
    """Run until a signal ends it; return the exit code."""
    settings = read_settings()
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
    try:
        with alone_in(settings.folder):
            serve(settings)
    except (UnreadableState, BlockingIOError) as error:
        print(f"local AWS: {error}", file=sys.stderr)
        return 1
    return 0


def read_settings() -> Settings:
    """The settings from the command line and the environment."""
    parser = argparse.ArgumentParser(prog="python -m local.aws", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the platform's folder; this part keeps HOME/aws")
    parser.add_argument("--port", type=int, required=True, help="the port of 127.0.0.1 to answer on")
    given = parser.parse_args()
    return Settings(
        home=given.home.resolve(),
        port=given.port,
        airflow_url=os.environ.get("MODELWAY_AIRFLOW_URL", AIRFLOW),
        airflow_version=os.environ.get("MODELWAY_AIRFLOW_VERSION") or version("apache-airflow"),
        smtp=os.environ.get("MODELWAY_SMTP", ""),
    )


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; BlockingIOError when another local AWS holds it, as two would overwrite each other."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BlockingIOError(f"another local AWS runs in {folder}; stop it or choose another --home") from error
        yield


def serve(settings: Settings) -> None:
    """Start everything, wait for a signal, stop everything."""
    with heeded_end() as until_ended:
        aws = LocalAws(settings)
        aws.start()
        until_ended()
        aws.stop()


if __name__ == "__main__":
    sys.exit(main())
