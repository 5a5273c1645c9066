"""Decoders for dataclasses, each made once and by one thread at a time.

msgspec (0.22) works out the fields of a type when it is first asked for it; two threads that ask at once end
the process.
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
_lock = threading.Lock()
_json: dict[type, msgspec.json.Decoder[Any]] = {}
_msgpack: dict[type, msgspec.msgpack.Decoder[Any]] = {}


def from_json(data: bytes, kind: type[T]) -> T:
    """Raises msgspec.MsgspecError."""
    with _lock:
        if kind not in _json:
            _json[kind] = msgspec.json.Decoder(kind)
    made: T = _json[kind].decode(data)
    return made


def from_msgpack(data: bytes, kind: type[T]) -> T:
    """Raises msgspec.MsgspecError."""
    with _lock:
        if kind not in _msgpack:
            _msgpack[kind] = msgspec.msgpack.Decoder(kind)
    made: T = _msgpack[kind].decode(data)
    return made
