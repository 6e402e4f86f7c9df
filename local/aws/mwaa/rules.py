"""What MWAA, or the local platform, refuses although every member is well-formed."""

from collections.abc import Iterator, Mapping
from typing import Any

from local.aws.mwaa.environment import SMALLEST
from local.aws.mwaa.refusal import invalid

# https://docs.aws.amazon.com/mwaa/latest/userguide/environment-class.html
CLASSES = (SMALLEST, "mw1.small", "mw1.medium", "mw1.large", "mw1.xlarge", "mw1.2xlarge")
MOST_WORKERS = 25
RANGES = (("MinWorkers", "MaxWorkers"), ("MinWebservers", "MaxWebservers"))
FILES = ("Plugins", "Requirements", "StartupScript")


def refuse_impossible(environment: Mapping[str, Any], *, airflow: str) -> None:
    """Raise Refused with all that is wrong with an environment as it would be."""
    problems = list(problems_of(environment, airflow=airflow))
    if problems:
        raise invalid("; ".join(problems))


def problems_of(environment: Mapping[str, Any], *, airflow: str) -> Iterator[str]:
    """All that is wrong."""
    version, size = environment["AirflowVersion"], environment["EnvironmentClass"]
    if version != airflow:
        yield f"AirflowVersion {version} is not the one of the local Airflow; use {airflow}"
    if size not in CLASSES:
        yield f"EnvironmentClass {size} is not one of {', '.join(CLASSES)}"
    if len(set(environment["NetworkConfiguration"].get("SubnetIds", ()))) != 2:
        yield "NetworkConfiguration.SubnetIds has to name two private subnets"
    yield from problems_of_sizes(environment)
    for file in FILES:
        if f"{file}S3ObjectVersion" in environment and f"{file}S3Path" not in environment:
            yield f"{file}S3ObjectVersion is given without {file}S3Path"


def problems_of_sizes(environment: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with numbers of workers, web servers and schedulers."""
    for least, most in RANGES:
        if environment[least] > environment[most]:
            yield f"{least} {environment[least]} is greater than {most} {environment[most]}"
    if environment["MaxWorkers"] > MOST_WORKERS:
        yield f"MaxWorkers {environment['MaxWorkers']} is greater than {MOST_WORKERS}"
    servers = (1, 1) if environment["EnvironmentClass"] == SMALLEST else (2, 5)
    for name in ("Schedulers", "MinWebservers", "MaxWebservers"):
        if not servers[0] <= environment[name] <= servers[1]:
            size = environment["EnvironmentClass"]
            yield f"{name} {environment[name]} is not between {servers[0]} and {servers[1]}, as {size} has them"
