"""The metadata reader against honest files, broken ones and anything at all."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import tiny_gguf
from qwendesk.api.problem import Problem
from qwendesk_llamaserver.header import read_metadata

KNOWN = {"", "model_damaged"}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_gguf.write_tiny(tmp_path_factory.mktemp("header") / "tiny.gguf")


def read_or_problem(path: Path) -> str:
    try:
        read_metadata(str(path))
    except Problem as problem:
        return problem.id
    return ""


def test_reads_what_was_written(tiny: Path) -> None:
    metadata = read_metadata(str(tiny))
    assert metadata["general.architecture"] == b"qwen3"
    assert metadata["qwen3.context_length"] == 2048
    assert metadata["tokenizer.chat_template"] == tiny_gguf.TEMPLATE.encode()
    assert len(metadata["tokenizer.ggml.tokens"]) == len(metadata["tokenizer.ggml.token_type"]) == 271
    assert metadata["tokenizer.ggml.add_bos_token"] is False


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "model_not_gguf"),
        (b"GG", "model_not_gguf"),
        (b"PK\3\4 something else", "model_not_gguf"),
        (b"GGUF", "model_damaged"),
        (b"GGUF" + struct.pack("<IQQ", 99, 0, 0), "model_damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 2**63), "model_damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 2**62), "model_damaged"),
        (b"GGUF" + struct.pack("<IQQQ1sIIQ", 3, 0, 1, 1, b"a", 9, 8, 2**60), "model_damaged"),
        (b"GGUF" + struct.pack("<IQQQ1sIIQ", 3, 0, 1, 1, b"a", 9, 4, 2**60), "model_damaged"),
        (
            b"GGUF" + struct.pack("<IQQQ1sI", 3, 0, 1, 1, b"a", 9) + struct.pack("<IQ", 9, 1) * 9,
            "model_damaged",
        ),
        (b"GGUF" + struct.pack("<IQQQ1sI", 3, 0, 1, 1, b"a", 77), "model_damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 0), ""),
    ],
)
def test_broken_files_are_problems(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(content)
    assert read_or_problem(path) == problem


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    assert read_or_problem(tmp_path / "none.gguf") == "model_missing"
    assert read_or_problem(tmp_path) == "model_missing"


@pytest.mark.parametrize("kept", [5, 24, 100, 3000])
def test_a_cut_header_is_damaged(tiny: Path, tmp_path: Path, kept: int) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(tiny.read_bytes()[:kept])
    assert read_or_problem(path) == "model_damaged"


@settings(max_examples=150, deadline=1000)
@given(tail=st.binary(max_size=400), version=st.sampled_from([2, 3]), count=st.integers(0, 5))
def test_anything_ends_in_metadata_or_a_problem(
    tmp_path_factory: pytest.TempPathFactory, tail: bytes, version: int, count: int
) -> None:
    path = tmp_path_factory.mktemp("any") / "x.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", version, 0, count) + tail)
    assert read_or_problem(path) in KNOWN


@settings(max_examples=150, deadline=1000)
@given(at=st.integers(4, 6000), byte=st.integers(0, 255))
def test_any_changed_byte_ends_in_metadata_or_a_problem(
    tmp_path_factory: pytest.TempPathFactory, tiny: Path, at: int, byte: int
) -> None:
    changed = bytearray(tiny.read_bytes())
    changed[at] = byte
    path = tmp_path_factory.mktemp("changed") / "x.gguf"
    path.write_bytes(changed)
    assert read_or_problem(path) in KNOWN
