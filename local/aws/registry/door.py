"""The registry protocol on the local AWS's port: who may, which repository, which tag; layers go to the registry."""

import json
import logging
import re
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

from werkzeug import Request, Response
from werkzeug.wsgi import get_input_stream

from local.aws.registry.passwords import Holder, Passwords
from local.aws.registry.refusal import API, Refusal
from local.aws.registry.shelf import Manifest, Shelf
from local.aws.registry.upstream import PIECE, Upstream
from local.aws.scope import Scope

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

ROOT = "/v2/"
# https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#endpoints
PATH = re.compile(
    r"/v2/(?P<name>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)/"
    r"(?:manifests/(?P<reference>[^/]+)|blobs/(?P<blob>sha256:[0-9a-f]{64}|uploads/[\w-]*)|(?P<tags>tags/list))"
)
LARGEST_MANIFEST = 4 << 20  # as ECR and the registry have it


def knocks(environ: "WSGIEnvironment") -> bool:
    """Whether the request is a registry's: other services have such paths too, but their requests are signed."""
    path = str(environ.get("PATH_INFO", ""))
    return f"{path}/".startswith(ROOT) and not Scope.of(environ).service


class Door:
    """The WSGI application below `/v2/`."""

    def __init__(self, passwords: Passwords, shelf: Shelf, upstream: Upstream) -> None:
        self._passwords, self._shelf, self._upstream = passwords, shelf, upstream

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request; its body is always read to the end, so the connection can serve the next one."""
        stream = environ["wsgi.input"] = get_input_stream(environ)
        environ["wsgi.input_terminated"] = True
        request = Request(environ)
        response = self._answer(request)
        while stream.read(PIECE):
            continue
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            return self._answer_holder(request, self._passwords.holder(request))
        except Refusal as refusal:
            return refusal.response()
        except Exception as error:
            log.exception("%s %s failed", request.method, request.path)
            return Refusal(500, "UNKNOWN", f"{type(error).__name__}: {error}").response()

    def _answer_holder(self, request: Request, holder: Holder) -> Response:
        if request.path.rstrip("/") == ROOT.rstrip("/"):
            return Response("{}", 200, API, content_type="application/json")
        asked = PATH.fullmatch(request.path)
        if asked is None:
            raise Refusal(404, "UNSUPPORTED", f"ECR has no {request.path}")
        self._shelf.require(holder, asked["name"])
        if asked["reference"]:
            return self._manifest(request, holder, asked["name"], asked["reference"])
        if asked["blob"]:
            return self._upstream.pass_on(request)
        return tag_list(asked["name"], self._shelf.tags(holder, asked["name"]))

    def _manifest(self, request: Request, holder: Holder, name: str, reference: str) -> Response:
        match request.method:
            case "GET" | "HEAD":
                return shown(self._shelf.find(holder, name, reference))
            case "PUT":
                return self._put(request, holder, name, reference)
        raise Refusal(405, "UNSUPPORTED", "manifests are deleted with ecr:BatchDeleteImage")

    def _put(self, request: Request, holder: Holder, name: str, reference: str) -> Response:
        """The registry keeps manifests by digest only: which tag is whose, ECR's record says."""
        manifest = Manifest(read_manifest(request.environ["wsgi.input"]), request.content_type or "")
        self._shelf.check(holder, name, reference, manifest)
        path = f"{ROOT}{name}/manifests/{manifest.digest}"
        self._upstream.put(path, manifest.content, media_type=manifest.media_type)
        self._shelf.put(holder, name, reference, manifest)
        return Response(b"", 201, {**API, "Docker-Content-Digest": manifest.digest, "Location": path})


def read_manifest(stream: IO[bytes]) -> bytes:
    """The whole body, which has to be small."""
    pieces, size = [], 0
    while piece := stream.read(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_MANIFEST:
            raise Refusal(413, "SIZE_INVALID", f"a manifest may have {LARGEST_MANIFEST} bytes")
    return b"".join(pieces)


def shown(manifest: Manifest) -> Response:
    """The manifest as an answer."""
    headers = {**API, "Docker-Content-Digest": manifest.digest}
    return Response(manifest.content, 200, headers, content_type=manifest.media_type)


def tag_list(name: str, tags: list[str]) -> Response:
    """The tags as an answer."""
    return Response(json.dumps({"name": name, "tags": tags}), 200, API, content_type="application/json")
