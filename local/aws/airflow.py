"""Airflow's REST API, with its token."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3

HEALTH = "/api/v2/monitor/health"
UNAUTHORIZED = 401
TIMEOUT = urllib3.Timeout(connect=5, read=55)  # botocore's clients wait 60 s


class AirflowSilent(Exception):
    """Airflow does not answer, or not as Airflow."""


@dataclass(frozen=True)
class AirflowAnswer:
    """What Airflow answered; `content` is JSON, or the text when it is none."""

    status: int
    content: Any


class AirflowApi:
    """Speaks to one Airflow api-server; the token is fetched once and again when Airflow no longer takes it."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False)
        self.token = ""
        self.has_served = False

    def has_failed(self) -> bool:
        """Whether Airflow no longer serves; one that has not yet is about to start."""
        serves = self.serves()
        self.has_served = self.has_served or serves
        return self.has_served and not serves

    def serves(self) -> bool:
        """Whether the API answers and reaches its database.

        MWAA's status is the environment's, not the scheduler's: a heartbeat that comes late on a busy machine says
        nothing of it.
        """
        try:
            parts = self.send("GET", HEALTH).content
        except AirflowSilent:
            return False
        return isinstance(parts, dict) and (parts.get("metadatabase") or {}).get("status") == "healthy"

    def call(self, method: str, path: str, *, query: dict[str, Any], body: Any) -> AirflowAnswer:
        """One authenticated call; a token that Airflow refuses is replaced once."""
        target = f"{path}?{urlencode(query, doseq=True)}" if query else path
        answer = self.send(method, target, body=body, token=self.token or self.new_token())
        if answer.status == UNAUTHORIZED:
            answer = self.send(method, target, body=body, token=self.new_token())
        return answer

    def new_token(self) -> str:
        """A fresh token, kept for the next call."""
        content = self.send("GET", "/auth/token").content
        if not isinstance(content, dict) or "access_token" not in content:
            raise AirflowSilent(f"{self.url}/auth/token gave no token but {content!r}")
        self.token = str(content["access_token"])
        return self.token

    def send(self, method: str, target: str, *, body: Any = None, token: str = "") -> AirflowAnswer:
        """One request as it is."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        content = None if body is None else json.dumps(body).encode()
        try:
            response = self.pool.request(method, f"{self.url}{target}", body=content, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise AirflowSilent(f"Airflow at {self.url} does not answer: {error}") from error
        return AirflowAnswer(response.status, read_content(response.data))


def read_content(data: bytes) -> Any:
    """The JSON value, or the text when it is none; nothing for an empty body."""
    if not data:
        return None
    try:
        return json.loads(data)
    except ValueError:
        return data.decode(errors="replace")
