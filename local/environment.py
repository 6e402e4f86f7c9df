"""The environments that the parts of a platform run in."""

import os
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from local.identity import Identity

# A user's AWS profile or Airflow settings must not reach the platform, nor the platform's calls a real account.
FOREIGN = ("AWS_", "AIRFLOW_", "AIRFLOW__", "SUPERVISOR_")
# Without .pyc files each of Airflow's many processes compiles Airflow again.
SLOWING = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME")


def isolate(environment: MutableMapping[str, str]) -> None:
    """Keep the user's AWS settings and proxies from this very process's calls to the platform."""
    for name in [name for name in environment if name.startswith("AWS_")]:
        del environment[name]
    environment.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
    for name in ("NO_PROXY", "no_proxy"):
        environment[name] = _with_this_machine(environment.get(name, ""))


def base_environment(identity: Identity, user: Mapping[str, str] | None = None) -> dict[str, str]:
    """The user's environment without what could lead astray, marked with the platform's id."""
    given = os.environ if user is None else user
    kept = {key: value for key, value in given.items() if not key.startswith(FOREIGN) and key not in SLOWING}
    binaries = str(Path(sys.executable).parent)
    return kept | {
        "MODELWAY_PLATFORM": identity.id,
        "NO_PROXY": _with_this_machine(kept.get("NO_PROXY", "")),
        "no_proxy": _with_this_machine(kept.get("no_proxy", "")),
        "PATH": os.pathsep.join([binaries, kept.get("PATH", os.defpath)]),
        # setproctitle would write its title over what /proc/PID/environ shows, by which `down` finds our processes.
        "SPT_NOENV": "1",
        "PYTHONUNBUFFERED": "1",
    }


def aws_environment(identity: Identity, credentials: Mapping[str, str]) -> dict[str, str]:
    """What makes any AWS SDK talk to this platform as the owner of the credentials."""
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{identity.ports.aws}",
        "AWS_REGION": identity.region,
        "AWS_DEFAULT_REGION": identity.region,
        # botocore would ask env.127.0.0.1 for MWAA: the service model has host prefixes.
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": _with_this_machine(os.environ.get("NO_PROXY", "")),
        "no_proxy": _with_this_machine(os.environ.get("no_proxy", "")),
        **credentials,
    }


def _with_this_machine(hosts: str) -> str:
    given = [host for host in hosts.split(",") if host]
    return ",".join([*given, *(host for host in ("127.0.0.1", "localhost") if host not in given)])
