"""The environments that were created, kept across restarts."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.aws.mwaa.environment import arn_of, changed_environment, new_environment
from local.aws.mwaa.refusal import Refused, invalid, not_found
from local.aws.mwaa.rules import refuse_impossible
from local.aws.mwaa.status import Change, is_gone, is_over
from local.aws.records import Record, Records

Members = Mapping[str, Any]


class Environments:
    """Creates, changes and forgets environments; there is one Airflow, so there is one at a time."""

    def __init__(self, folder: Path, *, airflow: str) -> None:
        self.records = Records(folder)
        self.airflow = airflow

    def create(self, asked: Members, *, region: str) -> str:
        """Keep a new environment; return its ARN."""
        arn = arn_of(asked["Name"], region=region)
        environment = new_environment(asked, airflow=self.airflow, region=region, now=time.time())
        refuse_impossible(environment, airflow=self.airflow)
        with self.records.lock:
            for other in self.all():
                raise already_there(other, asked["Name"])
            self.records.add(arn, environment | began(Change.CREATING))
        return arn

    def update(self, asked: Members, *, region: str) -> str:
        """Change an environment that is in the middle of nothing; return its ARN."""
        with self.records.lock:
            known = self.settled(asked["Name"], region=region, wish="updated")
            environment = changed_environment(known, asked, region=region, now=time.time())
            refuse_impossible(environment, airflow=self.airflow)
            arn = str(environment.pop("arn"))
            self.records.change(arn, **environment | began(Change.UPDATING))
        return arn

    def delete(self, name: str, *, region: str) -> None:
        """Begin to forget an environment."""
        with self.records.lock:
            known = self.settled(name, region=region, wish="deleted")
            self.records.change(known["arn"], **began(Change.DELETING))

    def tag(self, arn: str, tags: Members) -> None:
        """Add the tags, or replace their values."""
        with self.records.lock:
            self.records.change(arn, Tags=self.by_arn(arn)["Tags"] | tags)

    def untag(self, arn: str, names: list[str]) -> None:
        """Remove the tags."""
        with self.records.lock:
            tags = self.by_arn(arn)["Tags"]
            self.records.change(arn, Tags={name: value for name, value in tags.items() if name not in names})

    def find(self, name: str, *, region: str) -> Record:
        """The environment of that name."""
        found = self.present(arn_of(name, region=region))
        if found is None:
            raise not_found(name)
        return found

    def by_arn(self, arn: str) -> Record:
        """The environment of that ARN."""
        found = self.present(arn)
        if found is None:
            raise not_found(arn)
        return found

    def all(self) -> list[Record]:
        """Every environment that is there, in any region."""
        return [record for record in self.records.those("") if self.present(record["arn"])]

    def names(self, region: str) -> list[str]:
        """The names of a region's environments."""
        return sorted(record["Name"] for record in self.all() if record["arn"] == arn_of(record["Name"], region=region))

    def settled(self, name: str, *, region: str, wish: str) -> Record:
        """The environment, unless it is in the middle of a change."""
        known = self.find(name, region=region)
        if not is_over(known, now=time.time()):
            raise invalid(f"Environment {name} is {known['Change']} and cannot be {wish} before that is over")
        return known

    def present(self, arn: str) -> Record | None:
        """The record, until its deletion is over."""
        with self.records.lock:
            record = self.records.find(arn)
            if record is not None and is_gone(record, now=time.time()):
                self.records.remove(arn)
                return None
            return record


def began(change: Change) -> dict[str, Any]:
    """What a record holds of a change that begins now."""
    return {"Change": str(change), "ChangedAt": time.time()}


def already_there(other: Record, name: str) -> Refused:
    """The refusal of one more environment."""
    if other["Name"] == name:
        return invalid(f"Environment {name} already exists")
    here = f"{other['Name']} ({other['Change']})" if other["Change"] == Change.DELETING else other["Name"]
    return invalid(
        f"Environment {name} cannot be created: there is one local Airflow, and environment {here} has it; "
        f"delete {other['Name']} first"
    )
