"""Frames on a pipe: a 4-byte big-endian length, then one MessagePack message."""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterator
from typing import Any, BinaryIO, Generic, TypeVar

import msgspec

from qwendesk.worker.wire import MAX_FRAME

_LENGTH = struct.Struct(">I")
_encode = msgspec.msgpack.Encoder().encode
T = TypeVar("T")
_making = threading.Lock()
_made: dict[Any, msgspec.msgpack.Decoder[Any]] = {}


def decoder(kinds: Any) -> msgspec.msgpack.Decoder[Any]:
    """For messages of these types, made once and by one thread at a time: msgspec (0.22) ends the process
    when two threads work out the fields of a dataclass at the same moment."""
    with _making:
        if kinds not in _made:
            _made[kinds] = msgspec.msgpack.Decoder(kinds)
        return _made[kinds]


class BadFrame(Exception):
    """The other side does not speak this protocol: a frame too long, cut short, or no message."""


def pack(message: msgspec.Struct) -> bytes:
    """One message as it travels. Raises OverflowError for one that the other side would not read."""
    body = _encode(message)
    if len(body) > MAX_FRAME:
        raise OverflowError(f"{len(body)} bytes are too many for one message")
    return _LENGTH.pack(len(body)) + body


class Frames(Generic[T]):
    """Messages of a union of Structs, read from a pipe until it ends."""

    def __init__(self, pipe: BinaryIO, kinds: Any) -> None:
        self._pipe = pipe
        self._decoder: msgspec.msgpack.Decoder[T] = decoder(kinds)

    def __iter__(self) -> Iterator[T]:
        """Raises BadFrame on anything that is not a message; ends quietly at the end of the pipe."""
        while head := self._pipe.read(_LENGTH.size):
            yield self._message(head)

    def _message(self, head: bytes) -> T:
        if len(head) < _LENGTH.size:
            raise BadFrame("cut inside a length")
        (size,) = _LENGTH.unpack(head)
        if size > MAX_FRAME:
            raise BadFrame(f"a frame of {size} bytes")
        body = self._pipe.read(size)
        if len(body) < size:
            raise BadFrame("cut inside a message")
        try:
            return self._decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadFrame(str(error)) from error
