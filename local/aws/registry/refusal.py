"""Errors in the shape of the registry protocol, which Docker shows word for word."""

import json
from collections.abc import Mapping

from werkzeug import Response

# https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#error-codes
API = {"Docker-Distribution-Api-Version": "registry/2.0"}


class Refusal(Exception):
    """The registry does not do what it was asked."""

    def __init__(self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.headers = status, code, dict(headers or {})

    def response(self) -> Response:
        """The answer that says so."""
        body = json.dumps({"errors": [{"code": self.code, "message": str(self), "detail": {}}]})
        return Response(body, self.status, {**API, **self.headers}, content_type="application/json")


def unauthorized(realm: str, why: str) -> Refusal:
    """401 with what Docker has to send."""
    headers = {"WWW-Authenticate": f'Basic realm="{realm}/",service="ecr.amazonaws.com"'}
    return Refusal(401, "UNAUTHORIZED", why, headers=headers)


def unknown_repository(name: str, registry_id: str) -> Refusal:
    """404 in ECR's words, and what to do."""
    message = (
        f"The repository with name '{name}' does not exist in the registry with id '{registry_id}'; "
        "create it with ecr:CreateRepository, or push the model with `python -m local push`, which does"
    )
    return Refusal(404, "NAME_UNKNOWN", message)


def unknown_manifest(name: str, reference: str) -> Refusal:
    """404 for a tag or digest that ECR has no record of."""
    return Refusal(404, "MANIFEST_UNKNOWN", f"Requested image not found: {name} has no image {reference}")


def immutable_tag(name: str, tag: str, digest: str) -> Refusal:
    """400 in ECR's words, and what to do."""
    message = (
        f"The image tag '{tag}' already exists in the '{name}' repository and cannot be overwritten because the tag "
        f"is immutable: it names {digest}; push under another tag, or delete this one with ecr:BatchDeleteImage"
    )
    return Refusal(400, "TAG_INVALID", message)
