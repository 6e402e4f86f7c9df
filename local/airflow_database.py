"""Airflow's database: a file of the platform's, or one on a server that somebody names."""

import os

from local.home import Home
from local.record import read_record, write_record

VARIABLE = "MODELWAY_AIRFLOW_DATABASE"


def keep_airflow_database(home: Home) -> None:
    """Let this home have its Airflow's database where the variable says, ever after."""
    named = os.environ.get(VARIABLE)
    if named:
        write_record(home.airflow_database, {"url": named})


def airflow_database(home: Home) -> str:
    """The address of this home's database, as SQLAlchemy writes it."""
    record = read_record(home.airflow_database)
    return f"sqlite:///{home.airflow / 'airflow.db'}" if record is None else str(record.get("url"))


def is_lost(home: Home) -> bool:
    """Whether the platform's own file has gone; what a server has lost shows when it is asked."""
    return read_record(home.airflow_database) is None and not (home.airflow / "airflow.db").exists()
