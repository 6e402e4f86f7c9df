"""Who a platform is: its ports, id, account and region, picked at its first start and kept."""

import secrets
from dataclasses import asdict, dataclass

from local.errors import RecordUnreadable
from local.home import Home
from local.ports import Ports, pick_ports
from local.record import read_record, write_record


@dataclass(frozen=True)
class Identity:
    """What `platform.json` says."""

    id: str
    region: str
    account: str
    ports: Ports


def read_identity(home: Home) -> Identity | None:
    """The platform kept in this home, if there ever was one."""
    record = read_record(home.identity)
    if record is None:
        return None
    try:
        ports = Ports(**{part: int(port) for part, port in record["ports"].items()})
        return Identity(str(record["id"]), str(record["region"]), str(record["account"]), ports)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RecordUnreadable(
            f"{home.identity} is not a record of this version ({error!r}); remove it, and `up` makes one with new ports"
        ) from error


def ensure_identity(home: Home) -> Identity:
    """The platform kept in this home, else a new one."""
    known = read_identity(home)
    if known is not None:
        return known
    new = Identity(secrets.token_hex(8), region="eu-west-1", account="123456789012", ports=pick_ports())
    write_record(home.identity, asdict(new))
    return new
