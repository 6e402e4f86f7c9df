"""moto's objects as bytes and back."""

import io
import pickle
import threading
from collections import defaultdict
from collections.abc import Iterator
from types import LambdaType
from typing import Any
from weakref import WeakValueDictionary

from moto.core.base_backend import BaseBackend
from moto.s3.utils import _VersionedKeyStore

from local.aws.backends import BackendName

LOCK = type(threading.Lock())
REENTRANT_LOCK = type(threading.RLock())


class StatePickler(pickle.Pickler):
    """Writes what pickle alone cannot: locks as new locks, and backends by name, since each has its own file."""

    def persistent_id(self, obj: Any) -> BackendName | None:
        """The name of a backend, nothing for all else."""
        return BackendName.of(obj) if isinstance(obj, BaseBackend) else None

    def reducer_override(self, obj: Any) -> Any:
        """How a lock and moto's special dictionaries are made again."""
        if isinstance(obj, LOCK):
            return threading.Lock, ()
        if isinstance(obj, REENTRANT_LOCK):
            return threading.RLock, ()
        if isinstance(obj, WeakValueDictionary):
            return WeakValueDictionary, (), None, None, iter(list(obj.items()))
        if isinstance(obj, defaultdict) and isinstance(obj.default_factory, LambdaType):
            # A lambda has no name to be found by; moto's only make an empty dict or list.
            return defaultdict, (type(obj.default_factory()),), None, None, iter(obj.items())
        if isinstance(obj, _VersionedKeyStore):
            # Its items() has the newest version of each key only; setting a key adds a version.
            return _VersionedKeyStore, (), None, None, all_versions(obj)
        return NotImplemented


class StateUnpickler(pickle.Unpickler):
    """Reads what StatePickler wrote."""

    def persistent_load(self, pid: Any) -> BaseBackend:
        """The backend of that name in this process."""
        name: BackendName = pid
        return name.find()


def all_versions(keys: _VersionedKeyStore) -> Iterator[tuple[str, Any]]:
    """Every version of every key of a bucket, oldest first."""
    return ((name, version) for name, versions in keys.lists() for version in versions)


def to_bytes(value: object) -> bytes:
    """The value as bytes."""
    buffer = io.BytesIO()
    StatePickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


def from_bytes(content: bytes) -> Any:
    """The value of such bytes; only ever fed from the platform's own folder, which its owner alone can write."""
    return StateUnpickler(io.BytesIO(content)).load()
