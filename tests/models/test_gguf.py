"""The header reader: foreign bytes in, a header or one clear Problem out."""

from __future__ import annotations

import contextlib
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.api.problem import Problem
from qwendesk.models.gguf import read_header


def string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def gguf(
    metadata: bytes = b"", pairs: int = 0, tensors: bytes = b"", count: int = 0, data: bytes = b""
) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", 3, count, pairs) + metadata + tensors
    return head + b"\0" * (-len(head) % 32) + data


def tensor(name: str, elements: int, kind: int, offset: int) -> bytes:
    return string(name) + struct.pack("<IQIQ", 1, elements, kind, offset)


GOOD = gguf(
    string("general.architecture") + struct.pack("<I", 8) + string("qwen3")
    + string("list") + struct.pack("<IIQ", 9, 8, 2) + string("a") + string("bc")
    + string("eps") + struct.pack("<If", 6, 0.5),
    3,
    tensor("w", 64, 1, 0),
    1,
    b"\0" * 128,
)  # fmt: skip


def problem(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(Problem) as caught:
        read_header(path)
    return caught.value.id


def test_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(GOOD)
    header = read_header(path)
    assert header.metadata == {"general.architecture": "qwen3", "list": 2, "eps": 0.5}
    assert (header.version, header.tensors) == (3, 1)


@pytest.mark.parametrize(
    ("data", "id"),
    [
        (b"", "model_empty"),
        (b"hello world", "model_not_gguf"),
        (b"GGUF" + struct.pack("<I", 99), "model_version"),
        (GOOD[:-1], "model_truncated"),
        (GOOD[:40], "model_header_broken"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 0), "model_header_broken"),
        (gguf(struct.pack("<Q", 2**63), 1), "model_header_broken"),
        (gguf(string("k") + struct.pack("<IIQ", 9, 4, 2**62), 1), "model_header_broken"),
        (gguf(string("k") + struct.pack("<IIQ", 9, 9, 1), 1), "model_header_broken"),
        (gguf(string("general.alignment") + struct.pack("<I", 8) + string("abc"), 1), "model_header_broken"),
        (gguf(string("general.alignment") + struct.pack("<If", 6, float("nan")), 1), "model_header_broken"),
        (gguf(tensors=tensor("w", 2**50, 0, 0), count=1), "model_truncated"),
    ],
)
def test_lies(tmp_path: Path, data: bytes, id: str) -> None:
    assert problem(tmp_path / "m.gguf", data) == id


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="model_unreadable"):
        read_header(tmp_path / "none.gguf")


@settings(max_examples=300)
@given(st.data())
def test_no_bytes_end_in_anything_but_a_header_or_a_problem(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    damaged = bytearray(GOOD)
    for place, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6)
    ):
        damaged[place] = value
    path = tmp_path_factory.getbasetemp() / "damaged.gguf"
    path.write_bytes(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]))
    with contextlib.suppress(Problem):
        read_header(path)


def test_the_bundled_model_is_whole(seedling: Path) -> None:
    header = read_header(seedling)
    assert header.metadata["general.architecture"] == "qwen3"
