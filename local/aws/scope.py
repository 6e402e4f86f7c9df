"""Who calls which service where, as the request's signature says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qs

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
CREDENTIAL = re.compile(r"(?P<key>[^/=\s]+)/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")


@dataclass(frozen=True)
class Scope:
    """The credential scope of one request; all empty when the request is not signed."""

    access_key: str = ""
    region: str = ""
    service: str = ""

    @classmethod
    def of(cls, environ: Mapping[str, Any]) -> Self:
        """The scope in the Authorization header, else in a presigned URL's query."""
        match = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", "")) or CREDENTIAL.search(presigned(environ))
        if match is None:
            return cls()
        return cls(match["key"], match["region"], match["service"].lower())


def presigned(environ: Mapping[str, Any]) -> str:
    """The credential of a presigned URL, empty when the URL carries none."""
    return parse_qs(str(environ.get("QUERY_STRING", ""))).get("X-Amz-Credential", [""])[0]
