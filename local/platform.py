"""One local platform: its home, who it is, and where its parts listen."""

from dataclasses import dataclass

from local.airflow_database import keep_airflow_database
from local.airflow_python import AirflowPython, airflow_python, keep_airflow_python
from local.docker_record import read_docker
from local.home import Home
from local.identity import Identity, ensure_identity, read_identity
from local.keys import Keys, ensure_keys
from local.terraform_record import TerraformRecord, read_terraform


@dataclass(frozen=True)
class Platform:
    """Everything that finding, starting and stopping a platform needs."""

    home: Home
    identity: Identity
    keys: Keys

    @property
    def aws_url(self) -> str:
        """The AWS endpoint."""
        return f"http://127.0.0.1:{self.identity.ports.aws}"

    @property
    def airflow_url(self) -> str:
        """Airflow's page and API."""
        return f"http://127.0.0.1:{self.identity.ports.airflow}"

    @property
    def inbox_url(self) -> str:
        """The inbox's page and Slack's incoming webhook."""
        return f"http://127.0.0.1:{self.identity.ports.inbox}"

    @property
    def smtp(self) -> str:
        """The mail sink, as host:port."""
        return f"127.0.0.1:{self.identity.ports.smtp}"

    @property
    def registry(self) -> str | None:
        """The plain registry behind ECR, as host:port; none where Docker was never asked for."""
        record = read_docker(self.home.root)
        return None if record is None else record.registry

    @property
    def airflow_python(self) -> AirflowPython:
        """What runs its Airflow."""
        return airflow_python(self.home)

    @property
    def bucket(self) -> str:
        """The one bucket of the platform."""
        made = self.made_by_terraform
        return f"modelway-local-{self.identity.account}" if made is None else str(made.outputs["bucket"])

    @property
    def mwaa_environment(self) -> str:
        """The name of its MWAA environment."""
        made = self.made_by_terraform
        return "modelway" if made is None else str(made.outputs["mwaa_environment"])

    @property
    def made_by_terraform(self) -> TerraformRecord | None:
        """What Terraform has made; none where the platform is made without it, or before its first apply."""
        record = read_terraform(self.home.root)
        return record if record is not None and record.is_applied else None


def make_platform(home: Home) -> Platform:
    """The platform kept in this home, else a new one."""
    keep_airflow_python(home.create())
    keep_airflow_database(home)
    return Platform(home, ensure_identity(home), ensure_keys(home))


def known_platform(home: Home) -> Platform | None:
    """The platform kept in this home, if `up` ever ran there."""
    identity = read_identity(home)
    return None if identity is None else Platform(home, identity, ensure_keys(home.create()))
