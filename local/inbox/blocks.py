"""Slack's limits on Block Kit, so that a message refused in Slack is refused here.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Callable, Mapping
from typing import Any

MOST_BLOCKS = 50
Check = Callable[[Mapping[str, Any]], bool]


def are_valid(blocks: object) -> bool:
    """Whether Slack would take these blocks."""
    if not isinstance(blocks, list) or len(blocks) > MOST_BLOCKS:
        return False
    return all(isinstance(block, dict) and _is_valid(block) for block in blocks)


def _is_valid(block: Mapping[str, Any]) -> bool:
    check = CHECKS.get(str(block.get("type")))
    block_id = block.get("block_id", "")
    return check is not None and isinstance(block_id, str) and len(block_id) <= 255 and check(block)


def _header(block: Mapping[str, Any]) -> bool:
    return _is_text(block.get("text"), longest=150, kinds=("plain_text",))


def _section(block: Mapping[str, Any]) -> bool:
    text, fields = block.get("text"), block.get("fields")
    if text is None and fields is None:
        return False
    return (text is None or _is_text(text, longest=3000)) and (fields is None or _are_fields(fields))


def _are_fields(fields: object) -> bool:
    return _is_list(fields, most=10, check=lambda field: _is_text(field, longest=2000))


def _context(block: Mapping[str, Any]) -> bool:
    return _is_list(block.get("elements"), most=10, check=lambda e: _is_picture(e) or _is_text(e, longest=3000))


def _actions(block: Mapping[str, Any]) -> bool:
    return _is_list(block.get("elements"), most=25, check=_is_action)


def _image(block: Mapping[str, Any]) -> bool:
    return _is_picture(block)


def _rich_text(block: Mapping[str, Any]) -> bool:
    return isinstance(block.get("elements"), list)


def _divider(block: Mapping[str, Any]) -> bool:
    return block.get("type") == "divider"


def _is_list(value: object, *, most: int, check: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and 0 < len(value) <= most and all(check(item) for item in value)


def _is_text(value: object, *, longest: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> bool:
    if not isinstance(value, dict) or value.get("type") not in kinds:
        return False
    return isinstance(value.get("text"), str) and 0 < len(value["text"]) <= longest


def _is_picture(value: object) -> bool:
    if not isinstance(value, dict) or value.get("type") != "image":
        return False
    url, words = value.get("image_url", ""), value.get("alt_text", "")
    return isinstance(url, str) and 0 < len(url) <= 3000 and isinstance(words, str) and 0 < len(words) <= 2000


def _is_action(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return False
    if value["type"] != "button":
        return True
    return _is_text(value.get("text"), longest=75, kinds=("plain_text",)) and len(str(value.get("url", ""))) <= 3000


CHECKS: dict[str, Check] = {
    "header": _header,
    "section": _section,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "rich_text": _rich_text,
}
