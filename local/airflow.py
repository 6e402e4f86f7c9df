"""Airflow as MWAA would run it, tuned for one desk."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from local.airflow_database import airflow_database, is_lost
from local.environment import aws_environment, base_environment
from local.errors import StartFailed
from local.home import CHECKOUT
from local.leash import on_leash
from local.platform import Platform
from local.record import read_record, write_record
from local.tail import last_lines

DAGS = CHECKOUT / "dags"
PLUGINS = CHECKOUT / "plugins"
PARALLELISM = 4


def airflow_environment(platform: Platform, credentials: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of an Airflow process."""
    base = base_environment(platform.identity)
    return {
        **base,
        **aws_environment(platform.identity, credentials),
        "PATH": os.pathsep.join([str(Path(platform.airflow_python.program).parent), base["PATH"]]),
        "PYTHONPATH": str(PLUGINS),
        "AIRFLOW_HOME": str(platform.home.airflow),
        "AIRFLOW_CONN_AWS_DEFAULT": "aws://",
        **_settings("core", _core(platform)),
        **_settings("database", {"sql_alchemy_conn": airflow_database(platform.home)}),
        **_settings("api", {"base_url": f"{platform.airflow_url}/", "secret_key": platform.keys.jwt}),
        **_settings("api_auth", {"jwt_secret": platform.keys.jwt}),
        **_settings("secrets", _secrets()),
        **_of_terraform(platform),
        **_settings("modelway", _modelway(platform)),
        **_pace(),
    }


def _settings(section: str, values: Mapping[str, object]) -> dict[str, str]:
    return {f"AIRFLOW__{section.upper()}__{key.upper()}": str(value) for key, value in values.items()}


def _core(platform: Platform) -> dict[str, object]:
    """No `dags_are_paused_at_creation`: at MWAA's default a DAG that forgot to unpause itself shows here already."""
    return {
        "dags_folder": DAGS,
        "plugins_folder": PLUGINS,
        "load_examples": False,
        "parallelism": PARALLELISM,
        "fernet_key": platform.keys.fernet,
        "simple_auth_manager_all_admins": True,
        "execution_api_server_url": f"{platform.airflow_url}/execution/",
    }


def _of_terraform(platform: Platform) -> dict[str, str]:
    """The options of the MWAA environment that Terraform has made; where there is none, nothing."""
    made = platform.made_by_terraform
    options = {} if made is None else made.options
    return {f"AIRFLOW__{name.replace('.', '__', 1).upper()}": value for name, value in options.items()}


def _secrets() -> dict[str, object]:
    """Only our connections are looked up in Secrets Manager, as each look-up is a call to AWS."""
    lookup = {
        "connections_prefix": "airflow/connections",
        "connections_lookup_pattern": "^modelway_",
        "variables_prefix": None,
        "config_prefix": None,
    }
    backend = "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend"
    return {"backend": backend, "backend_kwargs": json.dumps(lookup)}


def _modelway(platform: Platform) -> dict[str, object]:
    """What Terraform would have set, where it has not, and what is a desk's own."""
    return {**({} if platform.made_by_terraform else _as_terraform(platform)), **_of_a_desk(platform)}


def _as_terraform(platform: Platform) -> dict[str, object]:
    arn = f"{platform.identity.region}:{platform.identity.account}"
    return {
        "bucket": platform.bucket,
        "role_arn": f"arn:aws:iam::{platform.identity.account}:role/modelway-sagemaker-{{project}}",
        "topic_arn": f"arn:aws:sns:{arn}:modelway-{{project}}",
        "environment": "local",
        "slots": json.dumps({"demo": PARALLELISM}),  # the template's project, so that pools are seen at work
        "instance_prices": json.dumps({"ml.m5.large": 0.128}),  # what AWS would ask for the template's
        "mwaa_environment": platform.mwaa_environment,
    }


def _of_a_desk(platform: Platform) -> dict[str, object]:
    return {
        "poll_seconds": 1,
        "linger_seconds": 10,  # a small model is trained before Airflow's triggerer would have looked
        "console_url": f"{platform.aws_url}/-/{platform.identity.region}/{{kind}}/{{name}}",
        "owner_url": platform.inbox_url,
    }


def _pace() -> dict[str, str]:
    """Together these make a chain of eight tasks some 2.5 times faster than Airflow's defaults."""
    return {
        # The DAG processor counts as unhealthy after 2.1 times job_heartbeat_sec, which at 5 a busy desk exceeds.
        **_settings(
            "scheduler",
            {
                "scheduler_idle_sleep_time": 0.1,
                "scheduler_heartbeat_sec": 1,
                "job_heartbeat_sec": 15,
                # How soon a new scheduler takes over what a killed one has left.
                "orphaned_tasks_check_interval": 30,
            },
        ),
        # After 5 s, which Airflow 3.3's API may need for its first answer on a busy desk, the task would begin again.
        **_settings("workers", {"min_heartbeat_interval": 1, "execution_api_timeout": 60}),
        **_settings("triggerer", {"job_heartbeat_sec": 1}),
        **_settings(
            "dag_processor",
            {
                "parsing_processes": 1,
                # A changed file is read at once all the same; reading an unchanged one costs 2 s of a core.
                "min_file_process_interval": 300,
                # Airflow takes the callback of a lost task for a reading of its file that found no DAG; what was not
                # read again by then is stale, and its runs stand still.
                "stale_dag_threshold": 900,
                "refresh_interval": 5,
                "bundle_refresh_check_interval": 5,
            },
        ),
        **_settings("usage_data_collection", {"enabled": False}),
    }


def needs_migration(platform: Platform) -> bool:
    """Whether the database is missing or another Airflow's."""
    done = read_record(platform.home.airflow / "migrated.json")
    return done != _migrated(platform) or is_lost(platform.home)


def _migrated(platform: Platform) -> dict[str, str]:
    return {"airflow": platform.airflow_python.airflow, "database": airflow_database(platform.home)}


def begin_migration(platform: Platform, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start to create or upgrade the database."""
    with (platform.home.logs / "airflow-migrate.log").open("wb") as log:
        command = on_leash(platform.airflow_python.program, "-m", "airflow", "db", "migrate")
        return subprocess.Popen(command, env=dict(environment), cwd=CHECKOUT, stdout=log, stderr=subprocess.STDOUT)


def finish_migration(platform: Platform, migration: "subprocess.Popen[bytes]") -> None:
    """Wait for the database, and remember that it is there."""
    if migration.wait() != 0:
        log = platform.home.logs / "airflow-migrate.log"
        raise StartFailed(
            f"airflow db migrate ended with {migration.returncode}; {log} ends:\n" + "\n".join(last_lines(log, 15))
        )
    write_record(platform.home.airflow / "migrated.json", _migrated(platform))
