"""Slack's incoming webhook, with Slack's own answers.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from local.inbox.blocks import are_valid
from local.inbox.store import Store

SERVICE = re.compile(r"(T[A-Z0-9]+/B[A-Z0-9]+)/[A-Za-z0-9]+")


async def receive(request: Request) -> Response:
    """Take one message, or refuse it in Slack's words."""
    service = SERVICE.fullmatch(request.path_params["service"])
    if service is None:
        return PlainTextResponse("no_service", status_code=404)
    payload = _payload(request.headers.get("content-type", ""), await request.body())
    problem = _problem(payload)
    if payload is None or problem is not None:
        return PlainTextResponse(problem, status_code=400)
    store: Store = request.app.state.store
    store.keep_slack(service=service[1], payload=payload)
    return PlainTextResponse("ok")


def _payload(content_type: str, body: bytes) -> dict[str, Any] | None:
    try:
        if content_type.startswith("application/x-www-form-urlencoded"):
            body = parse_qs(body.decode())["payload"][0].encode()
        content = json.loads(body, parse_constant=_refuse)
    except (ValueError, KeyError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _problem(payload: Mapping[str, Any] | None) -> str | None:
    if payload is None or not isinstance(payload.get("text", ""), str):
        return "invalid_payload"
    if "blocks" in payload and not are_valid(payload["blocks"]):
        return "invalid_blocks"
    if not (payload.get("text") or payload.get("blocks") or payload.get("attachments")):
        return "no_text"
    return None
