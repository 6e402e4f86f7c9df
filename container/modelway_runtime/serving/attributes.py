"""The response header that says which model answered."""

from collections.abc import Mapping
from urllib.parse import quote

HEADER = "X-Amzn-SageMaker-Custom-Attributes"
MAX_CHARACTERS = 1024  # SageMaker passes on that much visible US-ASCII and refuses the response otherwise
_SAFE = "/:.+-_@=,~%"
_PARTS = {"model": "MODELWAY_MODEL", "version": "MODELWAY_VERSION", "training-data": "MODELWAY_TRAINING_DATA"}


def custom_attributes(environ: Mapping[str, str]) -> str:
    """`model=…;version=…;training-data=…`, without the parts that are not known."""
    parts = [f"{name}={quote(environ[key], safe=_SAFE)}" for name, key in _PARTS.items() if environ.get(key)]
    return ";".join(parts)[:MAX_CHARACTERS]
