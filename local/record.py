"""Small JSON files that are either the old or the new one, never half of it."""

import json
import os
import secrets
from pathlib import Path
from typing import Any


def write_atomically(path: Path, content: bytes) -> None:
    """Replace the file in one step; only its owner can read it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    draft.replace(path)


def write_record(path: Path, record: dict[str, Any]) -> None:
    """Replace the JSON file in one step."""
    write_atomically(path, json.dumps(record, indent=2).encode())


def read_record(path: Path) -> dict[str, Any] | None:
    """The JSON object in the file; none where there is no file."""
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return content
