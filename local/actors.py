"""Who acts on the platform: each role's credentials, kept in the home for the commands."""

from dataclasses import dataclass

import boto3

from local.aws.roles import ensure_roles
from local.environment import aws_environment
from local.errors import NotRunning
from local.platform import Platform
from local.record import read_record, write_record
from local.refusals import aws_refusals

INFRASTRUCTURE = "modelway-infrastructure"
MWAA = "modelway-mwaa"
USER = "modelway-user"


@dataclass(frozen=True)
class Actor:
    """One role's credentials as AWS_* variables."""

    role: str
    credentials: dict[str, str]


@aws_refusals()
def renew_actors(platform: Platform) -> None:
    """Make the roles where they are missing and keep fresh credentials of each."""
    roles = ensure_roles(platform.aws_url, platform.identity.region)
    record = {role: given.environment() for role, given in roles.items()}
    write_record(platform.home.supervisor / "credentials.json", record)


def has_actors(platform: Platform) -> bool:
    """Whether an earlier start left credentials, which stay valid as the roles do."""
    return (platform.home.supervisor / "credentials.json").exists()


def actor(platform: Platform, role: str) -> Actor:
    """The role with its credentials."""
    record = read_record(platform.home.supervisor / "credentials.json")
    if record is None:
        raise NotRunning(f"{platform.home.root} has no credentials yet; run `python -m local up`")
    return Actor(role, record[role])


def session_of(platform: Platform, role: str) -> boto3.Session:
    """A boto3 session of the role."""
    given = actor(platform, role).credentials
    return boto3.Session(
        aws_access_key_id=given["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=given["AWS_SESSION_TOKEN"],
        region_name=platform.identity.region,
    )


def environment_of(platform: Platform, role: str) -> dict[str, str]:
    """The AWS_* variables of the role."""
    return aws_environment(platform.identity, actor(platform, role).credentials)
