"""The random keys of one platform, kept apart from its ports so that those can be shown to anyone."""

import base64
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from local.errors import RecordUnreadable
from local.home import Home
from local.record import read_record, write_record


@dataclass(frozen=True)
class Keys:
    """What the parts of a platform prove themselves with."""

    supervisor: str
    jwt: str
    fernet: str


def ensure_keys(home: Home) -> Keys:
    """The keys kept in this home, else new ones."""
    path = home.supervisor / "keys.json"
    known = read_record(path)
    if known is not None:
        return _read(known, path)
    new = Keys(secrets.token_hex(16), secrets.token_hex(32), base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    write_record(path, asdict(new))
    return new


def _read(record: dict[str, Any], path: Path) -> Keys:
    try:
        return Keys(**record)
    except TypeError as error:
        raise RecordUnreadable(
            f"{path} holds not this version's keys ({error}); remove it and run `python -m local up` again"
        ) from error
