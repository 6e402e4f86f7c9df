"""Checks each request against botocore's service model, with the words AWS uses.

botocore itself checks neither patterns nor most lengths, so a name that AWS refuses would pass here unseen.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import regex
from botocore.model import ListShape, MapShape, Shape, StructureShape

TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "blob": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float, str),
    "structure": dict,
    "map": dict,
    "list": list,
}


def complaint_about(request: Any, *, shape: Shape | None) -> str:
    """All that is wrong with a request of this shape, in one message; empty when it is right."""
    problems = list(_check(shape, request, "")) if shape is not None else []
    if not problems:
        return ""
    count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected: "
    return count + "; ".join(problems)


def _check(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, TYPES[shape.type_name]) or (isinstance(value, bool) and shape.type_name != "boolean"):
        yield _failed(value, path, f"Member must be of type {shape.type_name}")
    elif isinstance(shape, StructureShape) and shape.is_document_type:
        return  # any JSON object
    elif isinstance(shape, StructureShape):
        yield from _check_structure(shape, value, path)
    elif isinstance(shape, ListShape):
        yield from _check_size(shape, value, len(value), path)
        for number, member in enumerate(value, start=1):
            yield from _check(shape.member, member, f"{path}.{number}.member")
    elif isinstance(shape, MapShape):
        yield from _check_map(shape, value, path)
    elif isinstance(value, str):
        yield from _check_text(shape, value, path)
    else:
        yield from _check_number(shape, value, path)


def _check_structure(shape: StructureShape, value: Mapping[str, Any], path: str) -> Iterator[str]:
    given = {name: member for name, member in value.items() if member is not None}
    for name in shape.required_members:
        if name not in given:
            yield _failed(None, _below(path, name), "Member must not be null")
    for name, member in given.items():
        if name in shape.members:
            yield from _check(shape.members[name], member, _below(path, name))
        else:
            yield _failed(member, _below(path, name), f"Member is unknown; {shape.name} has {', '.join(shape.members)}")


def _check_map(shape: MapShape, value: Mapping[str, Any], path: str) -> Iterator[str]:
    yield from _check_size(shape, value, len(value), path)
    for key, member in value.items():
        yield from _check(shape.key, key, f"{path}.{key}.key")
        yield from _check(shape.value, member, f"{path}.{key}.value")


def _check_text(shape: Shape, value: str, path: str) -> Iterator[str]:
    yield from _check_size(shape, value, len(value), path)
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield _failed(value, path, f"Member must satisfy enum value set: [{', '.join(allowed)}]")
    pattern = _compiled(shape.metadata.get("pattern", ""))
    if pattern is not None and not pattern.fullmatch(value):
        wanted = shape.metadata["pattern"]
        yield _failed(value, path, f"Member must satisfy regular expression pattern: {wanted}")


def _check_size(shape: Shape, value: Any, size: int, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield _failed(value, path, f"Member must have length greater than or equal to {low}")
    if high is not None and size > high:
        yield _failed(value, path, f"Member must have length less than or equal to {high}")


def _check_number(shape: Shape, value: float, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and value < low:
        yield _failed(value, path, f"Member must have value greater than or equal to {low}")
    if high is not None and value > high:
        yield _failed(value, path, f"Member must have value less than or equal to {high}")


@cache
def _compiled(pattern: str) -> Any:
    """The pattern, or None where there is none or only Java can read it (surrogate ranges)."""
    try:
        return regex.compile(pattern) if pattern else None
    except regex.error:
        return None


def _below(path: str, name: str) -> str:
    own = name[:1].lower() + name[1:]
    return f"{path}.{own}" if path else own


def _failed(value: Any, path: str, constraint: str) -> str:
    display = "null" if value is None else f"'{value}'"
    return f"Value {display} at '{path}' failed to satisfy constraint: {constraint}"
