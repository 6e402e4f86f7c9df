"""Signs who a job is, as GitLab does: id_tokens for others, and the job's own token."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from local.record import write_atomically

KID = "local"
HOUR = 3600
MARK = "glcbt-"  # as GitLab's begin
OURS = "gitlab"  # the audience of a job's own token


@dataclass(frozen=True)
class Issuer:
    """A key and the address under which it is published."""

    url: str
    key: rsa.RSAPrivateKey

    def keys(self) -> bytes:
        """The public half, as /oauth/discovery/keys gives it."""
        public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return json.dumps({"keys": [public | {"kid": KID, "use": "sig", "alg": "RS256"}]}).encode()

    def sign(self, claims: Mapping[str, Any], *, audience: str) -> str:
        """A token for an hour, the time-out of a job."""
        now = int(time.time())
        common = {"iss": self.url, "aud": audience, "iat": now, "nbf": now - 5, "exp": now + HOUR}
        return jwt.encode({**claims, **common}, self.key, algorithm="RS256", headers={"kid": KID})

    def job_token(self, *, project: int, job: int) -> str:
        """CI_JOB_TOKEN of a job."""
        return MARK + self.sign({"project_id": project, "job_id": job}, audience=OURS)

    def project_of(self, job_token: str) -> int | None:
        """The project whose job has this token; none for a wrong or an old one."""
        try:
            signed = job_token.removeprefix(MARK)
            found = jwt.decode(signed, self.key.public_key(), algorithms=["RS256"], audience=OURS, issuer=self.url)
        except jwt.PyJWTError:
            return None
        return int(found["project_id"])


def issuer_with(key_file: Path, *, url: str) -> Issuer:
    """The issuer whose key is kept in the file; a new key where there is none."""
    if not key_file.exists():
        new = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        plain = serialization.NoEncryption()
        write_atomically(
            key_file, new.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        )
    key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return Issuer(url, key)
