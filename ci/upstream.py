"""What a pipeline was told of the model repository that started it, checked by shape: none of it can be trusted."""

import re
from urllib.parse import urlsplit

from modelway.errors import InputError

MAX_PATH = 255
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+", re.ASCII)
_TOKEN = re.compile(r"[!-~]*", re.ASCII)


def commit(value: str) -> str:
    """Return a commit's whole hash."""
    if not _COMMIT.fullmatch(value):
        raise InputError(f"UPSTREAM_SHA is {_shown(value)}; pass $CI_COMMIT_SHA of the model's pipeline, 40 hex digits")
    return value


def is_commit(value: str) -> bool:
    """Whether it is a commit's whole hash."""
    return bool(_COMMIT.fullmatch(value))


def project_path(value: str) -> str:
    """Return a project's path, `group/project`."""
    if not _PATH.fullmatch(value) or len(value) > MAX_PATH or ".." in value:
        raise InputError(
            f"UPSTREAM_PROJECT_PATH is {_shown(value)}; pass $CI_PROJECT_PATH of the model's pipeline,"
            " such as group/model"
        )
    return value


def number(value: str, *, variable: str, source: str) -> int:
    """Return the number of a project or a job."""
    if not _NUMBER.fullmatch(value):
        raise InputError(f"{variable} is {_shown(value)}; pass {source} of the model's pipeline, a number")
    return int(value)


def token(value: str, *, variable: str) -> str:
    """Return a token that fits a header; its value is told to nobody."""
    if not _TOKEN.fullmatch(value):
        raise InputError(f"{variable} holds a space, a line break or no ASCII; copy the token again, without quotes")
    return value


def server(value: str) -> str:
    """Return GitLab's address without a slash at the end."""
    parts = urlsplit(value)
    hosted = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    lying = parts.scheme == "file" and not parts.netloc
    if not (hosted or lying) or parts.query or parts.fragment or not _TOKEN.fullmatch(value):
        raise InputError(
            f"CI_SERVER_URL is {_shown(value.rpartition('@')[2])}; use GitLab's address without a name in it, such as https://gitlab.example.com"
        )
    return value.rstrip("/")


def _shown(value: str) -> str:
    """Return the value as one short line."""
    shown = ascii(value)
    return "not set" if not value else shown if len(shown) <= 100 else f"{shown[:100]}…"
