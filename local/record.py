"""Small JSON files that are either the old or the new one, never half of it."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from local.errors import RecordUnreadable


def write_atomically(path: Path, content: bytes) -> None:
    """Replace the file in one step; only its owner can read it. A full disk leaves the old one and no draft."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # else a power cut may leave an empty file under the new name
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def write_record(path: Path, record: dict[str, Any]) -> None:
    """Replace the JSON file in one step."""
    write_atomically(path, json.dumps(record, indent=2).encode())


def read_record(path: Path) -> dict[str, Any] | None:
    """The JSON object in the file; none where there is no file."""
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise RecordUnreadable(f"{path} is torn ({error}); remove it and run `python -m local up` again") from error
    if not isinstance(content, dict):
        raise RecordUnreadable(f"{path} holds no JSON object; remove it and run `python -m local up` again")
    return content
