"""GGUF headers written by hand, byte by byte, so that they can lie."""

from __future__ import annotations

import struct

Pair = tuple[str, object]


def string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def value(one: object) -> bytes:
    """The value with its type in front: str, bool, int (u32), float, or a list of one of them."""
    match one:
        case bool():
            return struct.pack("<I?", 7, one)
        case int():
            return struct.pack("<II", 4, one)
        case float():
            return struct.pack("<If", 6, one)
        case str():
            return struct.pack("<I", 8) + string(one)
        case list():
            inner = [value(each) for each in one]
            return (
                struct.pack("<I", 9)
                + (inner[0][:4] if inner else struct.pack("<I", 4))
                + struct.pack("<Q", len(one))
                + b"".join(each[4:] for each in inner)
            )
    raise TypeError(one)


def pair(key: str, one: object) -> bytes:
    return string(key) + value(one)


def tensor(name: str, shape: tuple[int, ...], kind: int, offset: int) -> bytes:
    return string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


def gguf(metadata: bytes = b"", pairs: int = 0, tensors: bytes = b"", count: int = 0, data: int = 0) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", 3, count, pairs) + metadata + tensors
    return head + b"\0" * (-len(head) % 32) + b"\0" * data


def file(metadata: dict[str, object], tensors: dict[str, tuple[tuple[int, ...], int, int]]) -> bytes:
    """A whole file of zeros. Tensors: name → shape, ggml type, bytes."""
    offset, infos = 0, b""
    for name, (shape, kind, size) in tensors.items():
        infos += tensor(name, shape, kind, offset)
        offset += -(-size // 32) * 32
    pairs = b"".join(pair(key, one) for key, one in metadata.items())
    return gguf(pairs, len(metadata), infos, len(tensors), offset)
