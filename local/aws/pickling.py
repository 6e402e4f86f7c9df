"""moto's objects as bytes and back."""

import io
import pickle
import threading
from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from types import GeneratorType, LambdaType
from typing import Any, Self
from weakref import WeakValueDictionary

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from moto.core.base_backend import BaseBackend
from moto.s3.utils import _VersionedKeyStore

from local.aws.backends import BackendName

LOCK = type(threading.Lock())
REENTRANT_LOCK = type(threading.RLock())


class Hosts:
    """The addresses of a network above the last one that was given out; EC2's subnets hold the like as a generator."""

    def __init__(self, network: IPv4Network, last: int) -> None:
        self.network = network
        self.last = last

    def __iter__(self) -> Self:
        """An iterator is its own."""
        return self

    def __next__(self) -> IPv4Address:
        """The next address."""
        if self.last + 1 >= int(self.network.broadcast_address):
            raise StopIteration
        self.last += 1
        return IPv4Address(self.last)


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
        if isinstance(obj, defaultdict) and type(obj) is not defaultdict:
            state = (vars(obj), {"default_factory": obj.default_factory})
            return empty, (type(obj),), state, None, iter(obj.items())  # its own __init__ wants arguments
        if isinstance(obj, defaultdict) and isinstance(obj.default_factory, LambdaType):
            # A lambda has no name to be found by; moto's only make an empty dict or list.
            return defaultdict, (type(obj.default_factory()),), None, None, iter(obj.items())
        if isinstance(obj, _VersionedKeyStore):
            # Its items() has the newest version of each key only; setting a key adds a version.
            return _VersionedKeyStore, (), None, None, all_versions(obj)
        if isinstance(obj, GeneratorType) and obj.gi_code is IPv4Network.hosts.__code__:
            return Hosts, hosts_left(obj)
        if type(obj).__module__.startswith("cryptography.") and hasattr(obj, "private_bytes"):
            return key_of, (der_of(obj),)
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


def hosts_left(generator: Any) -> tuple[IPv4Network, int]:
    """Which network's addresses the generator gives, and the last one that it gave."""
    if generator.gi_frame is None:  # it has given all
        return IPv4Network("0.0.0.0/32"), 0
    local = generator.gi_frame.f_locals
    network: IPv4Network = local["self"]
    return network, local.get("x", int(network.network_address))


def der_of(key: Any) -> bytes:
    """A private key of KMS's as bytes; the state's folder is its owner's alone."""
    return bytes(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def empty(kind: type[dict[Any, Any]]) -> Any:
    """A dictionary of that kind before anything is in it."""
    return dict.__new__(kind)


def key_of(der: bytes) -> Any:
    """The private key of such bytes."""
    return load_der_private_key(der, None)


def to_bytes(value: object) -> bytes:
    """The value as bytes."""
    buffer = io.BytesIO()
    StatePickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


def from_bytes(content: bytes) -> Any:
    """The value of such bytes; only ever fed from the platform's own folder, which its owner alone can write."""
    return StateUnpickler(io.BytesIO(content)).load()
