"""What a home whose platform Terraform has made has to remember: its environment, and what was made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.errors import RecordUnreadable
from local.record import read_record, write_record


@dataclass(frozen=True)
class TerraformRecord:
    """The environment whose variables are applied, the root's outputs, and the options of its MWAA environment.

    Outputs and options are empty until the first apply has come to its end.
    """

    environment: str
    outputs: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_applied(self) -> bool:
        """Whether there is something to speak of."""
        return bool(self.outputs)

    @property
    def roles(self) -> list[str]:
        """The ARNs of the roles that somebody acts under on a desk."""
        gitlab: Mapping[str, str] = self.outputs["gitlab_roles"]
        return [*gitlab.values(), str(self.outputs["mwaa_role"])]


def read_terraform(home: Path) -> TerraformRecord | None:
    """The record of this home; none where the platform is made without Terraform."""
    path = _path(home)
    record = read_record(path)
    if record is None:
        return None
    try:
        return TerraformRecord(str(record["environment"]), dict(record["outputs"]), dict(record["options"]))
    except (KeyError, TypeError, ValueError) as error:
        raise RecordUnreadable(
            f"{path} is not a record of this version ({error!r}); remove it and run `up --terraform` again"
        ) from error


def write_terraform(home: Path, record: TerraformRecord) -> None:
    """Replace the record."""
    content = {
        "environment": record.environment,
        "outputs": dict(record.outputs),
        "options": dict(record.options),
    }
    write_record(_path(home), content)


def _path(home: Path) -> Path:
    return home / "terraform.json"
