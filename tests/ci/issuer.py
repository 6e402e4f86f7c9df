"""GitLab as the issuer of id_tokens: keys of its own, published over HTTP on a socket."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLAIMS: dict[str, Any] = {
    "aud": "modelway",
    "project_id": "42",
    "project_path": "team/model",
    "ref": "main",
    "ref_type": "branch",
    "ref_protected": "true",
    "sha": "a" * 40,
    "job_id": "7",
    "user_id": "5",
    "user_login": "ana",
}


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Issuer:
    """Signs as GitLab does; the claims are strings, as there."""

    url: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    kid: str = "first"

    def token(self, **claims: Any) -> str:
        """A token for an hour; a claim of None is left out."""
        now = int(time.time())
        all_claims = CLAIMS | {"iss": self.url, "iat": now, "nbf": now - 5, "exp": now + 3600} | claims
        kept = {name: value for name, value in all_claims.items() if value is not None}
        return jwt.encode(kept, self.key, algorithm="RS256", headers={"kid": self.kid})

    @property
    def keys(self) -> bytes:
        """What /oauth/discovery/keys answers."""
        public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return json.dumps({"keys": [public | {"kid": self.kid, "use": "sig", "alg": "RS256"}]}).encode()


class Handler(BaseHTTPRequestHandler):
    """Answers with the keys."""

    issuer: ClassVar[Issuer]

    def do_GET(self) -> None:
        """Serve the one page."""
        found = self.path == "/oauth/discovery/keys"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.issuer.keys if found else b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Stay silent."""


@contextmanager
def issuing() -> Iterator[Issuer]:
    """An issuer that listens."""
    issuer = Issuer()
    handler = type("Handler", (Handler,), {"issuer": issuer})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        issuer.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
