"""Whom a request is for: Terraform's provider reaches a host such as `api.127.0.0.1` only through HTTP_PROXY.

AWS's SDKs put `api.` and `env.` before MWAA's host, and the provider's cannot be told not to. With this server as its
proxy such a request comes here, with the whole address in its first line. Nothing is ever passed on to another host.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ADDRESS = re.compile(r"http://(?P<prefix>api\.|env\.|ops\.)?(?P<host>127\.0\.0\.1|localhost):(?P<port>\d+)(?:[/?].*)?")


def stray_target(environ: "WSGIEnvironment") -> str:
    """The address of another server that the request is meant for, empty when it is meant for this one."""
    target = str(environ.get("REQUEST_URI", "/"))
    if target.startswith("/") and environ["REQUEST_METHOD"] != "CONNECT":
        return ""
    return "" if is_ours(target, port=str(environ["SERVER_PORT"])) else target


def is_ours(target: str, *, port: str) -> bool:
    """Whether the whole address is this server's, under its own name or one that an SDK made of it."""
    match = ADDRESS.fullmatch(target)
    return match is not None and match["port"] == port
