"""Passwords of GetAuthorizationToken: each is of one account and region, and ends with this process."""

import hmac
import secrets
import time
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from types import MethodType
from typing import Any

from moto.core.responses import ActionResult
from moto.ecr import urls
from moto.ecr.responses import ECRResponse
from werkzeug import Request

from local.aws.registry.refusal import unauthorized

USER = "AWS"  # https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
HOURS_12 = 12 * 3600


@dataclass(frozen=True)
class Holder:
    """The account and region that a password opens."""

    account: str
    region: str


class Passwords:
    """Gives passwords out and knows them again."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        self._secret = secrets.token_bytes(32)
        self._holders: dict[str, Holder] = {}

    def issue(self, holder: Holder) -> str:
        """The holder's password."""
        password = hmac.new(self._secret, f"{holder.account}/{holder.region}".encode(), sha256).hexdigest()
        self._holders[password] = holder
        return password

    def holder(self, request: Request) -> Holder:
        """Whom the request's password is of; a Refusal where it has none of ours."""
        given = request.authorization
        if given is None:
            raise unauthorized(self.endpoint_url, "log in with the token of ecr:GetAuthorizationToken")
        holder = self._holders.get(given.password or "")
        if given.type != "basic" or given.username != USER or holder is None:
            why = "this password is not of the running local AWS; ask ecr:GetAuthorizationToken for a new token"
            raise unauthorized(self.endpoint_url, why)
        return holder


def answer_tokens_of(passwords: Passwords) -> None:
    """Make moto's ECR answer GetAuthorizationToken with our door and its passwords; before its application is built."""

    class Response(ECRResponse):
        def get_authorization_token(self) -> ActionResult:
            accounts = self._get_param("registryIds") or [self.current_account]
            data = [token_of(passwords, Holder(account, self.region)) for account in accounts]
            return ActionResult({"authorizationData": data})

    dispatch: Any = Response.dispatch
    assert isinstance(dispatch, MethodType)
    urls.url_paths["{0}/$"] = dispatch


def token_of(passwords: Passwords, holder: Holder) -> dict[str, Any]:
    """One entry of the answer."""
    token = b64encode(f"{USER}:{passwords.issue(holder)}".encode()).decode()
    expires = time.time() + HOURS_12
    return {"authorizationToken": token, "expiresAt": expires, "proxyEndpoint": passwords.endpoint_url}
