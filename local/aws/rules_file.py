"""A TOML file that a person or a test changes while the local AWS runs."""

import logging
import threading
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

log = logging.getLogger(__name__)
Rules = TypeVar("Rules")


class RulesUnreadable(ValueError):
    """What the file asks for is not to be understood; the message names key, value and remedy."""


class RulesFile(Generic[Rules]):
    """The rules in a file, read anew when it has changed; a bad file, or none, counts as an empty one."""

    def __init__(self, path: Path, parse: Callable[[Mapping[str, Any]], Rules]) -> None:
        self._path, self._parse = path, parse
        self._lock = threading.Lock()
        self._seen: object = None
        self._rules = parse({})

    def rules(self) -> Rules:
        """The rules as the file has them now."""
        with self._lock:
            if (stamp := self._stamp()) != self._seen:
                self._rules = self._read()
                self._seen = stamp
            return self._rules

    def _stamp(self) -> object:
        """What differs after each change; none without a file."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino

    def _read(self) -> Rules:
        try:
            rules = self._parse(tomllib.loads(self._path.read_text("utf-8")))
        except FileNotFoundError:
            return self._parse({})
        except (OSError, ValueError) as error:  # RulesUnreadable and TOMLDecodeError among them
            log.error("%s is left out of account until it is mended: %s", self._path, error)
            return self._parse({})
        log.info("%s counts from now on", self._path)
        return rules
