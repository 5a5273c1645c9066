"""Files with importance matrices, in both forms: what is written is read again, and what is foreign is checked."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gguf import GGUFReader, GGUFWriter
from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.bytereader import Cut
from qwendesk_llamacpp.jobs.imatrixfile import parse_imatrix, read_imatrix, write_imatrix, write_older_imatrix
from qwendesk_llamacpp.jobs.importance import Importance, ImportanceMatrix

UNTIMED = settings(deadline=None)
SUMS = np.array([[8.0, 2.0, 0.0], [0.0, 0.0, 0.0]], np.float32)
EXPERTS = Importance(SUMS, np.array([4, 0]))
DENSE = Importance(np.array([[1.5, 3.0]], np.float32), np.array([1024]))
MATRIX = ImportanceMatrix(
    {"blk.0.ffn_up_exps.weight": EXPERTS, "blk.0.attn_q.weight": DENSE}, ("a text",), 2, 512
)


def same(one: ImportanceMatrix, other: ImportanceMatrix) -> bool:
    """Arrays are compared to the bit."""
    told = [(it.datasets, it.chunks, it.chunk_size, it.tensors.keys()) for it in (one, other)]
    return told[0] == told[1] and all(
        np.array_equal(it.sums, other.tensors[name].sums)
        and np.array_equal(it.counts, other.tensors[name].counts)
        for name, it in one.tensors.items()
    )


def test_a_mean_is_of_the_tokens_that_an_expert_saw() -> None:
    assert EXPERTS.means().tolist() == [2, 0.5, 0, 1, 1, 1]
    assert list(MATRIX.weights()) == ["blk.0.ffn_up_exps.weight", "blk.0.attn_q.weight"]


def test_the_file_is_as_llama_cpp_writes_it(tmp_path: Path) -> None:
    write_imatrix(MATRIX, tmp_path / "a.gguf")
    file = GGUFReader(tmp_path / "a.gguf")
    fields = {name: one.contents() for name, one in file.fields.items() if not name.startswith("GGUF.")}
    assert fields == {
        "general.type": "imatrix",
        "imatrix.datasets": ["a text"],
        "imatrix.chunk_count": 2,
        "imatrix.chunk_size": 512,
    }
    shapes = {one.name: [int(size) for size in one.shape] for one in file.tensors}
    assert list(shapes.items()) == [
        ("blk.0.attn_q.weight.in_sum2", [2, 1]),
        ("blk.0.attn_q.weight.counts", [1, 1]),
        ("blk.0.ffn_up_exps.weight.in_sum2", [3, 2]),
        ("blk.0.ffn_up_exps.weight.counts", [1, 2]),
    ]


def test_the_older_form_holds_means_times_calls(tmp_path: Path) -> None:
    write_older_imatrix(MATRIX, tmp_path / "a.dat")
    name = b"blk.0.attn_q.weight"
    data = (tmp_path / "a.dat").read_bytes()
    values = [1.5 / 1024 * 2, 3.0 / 1024 * 2]
    assert data.startswith(struct.pack(f"<2i{len(name)}s2i2f", 2, len(name), name, 2, 2, *values))
    assert data.endswith(struct.pack("<2i6s", 2, 6, b"a text"))
    again = read_imatrix(tmp_path / "a.dat")
    assert (again.datasets, again.chunks, again.chunk_size) == (("a text",), 2, 0)
    for key, weights in MATRIX.weights().items():
        assert np.allclose(again.weights()[key], weights)


VALUES = st.floats(0, 2.0**100, width=32, allow_subnormal=False)


@st.composite
def matrices(draw: st.DrawFn) -> ImportanceMatrix:
    tensors = {}
    for name in draw(st.lists(st.text("abc.é", min_size=1, max_size=6), min_size=1, max_size=3, unique=True)):
        count, columns = draw(st.integers(1, 3)), draw(st.integers(1, 5))
        sums = draw(st.lists(VALUES, min_size=count * columns, max_size=count * columns))
        counts = draw(st.lists(st.integers(0, 1 << 24), min_size=count, max_size=count))
        tensors[name] = Importance(np.array(sums, np.float32).reshape(count, columns), np.array(counts))
    datasets = tuple(
        draw(st.lists(st.text(min_size=1, max_size=5).filter(lambda one: one.isprintable()), max_size=2))
    )
    return ImportanceMatrix(tensors, datasets, draw(st.integers(0, 99)), draw(st.integers(1, 512)))


@UNTIMED
@given(matrices())
def test_what_is_written_is_read_again(matrix: ImportanceMatrix) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_imatrix(matrix, Path(folder, "a.gguf"))
        assert same(read_imatrix(Path(folder, "a.gguf")), matrix)


@UNTIMED
@given(matrices(), st.data())
def test_a_broken_file_is_refused_or_means_something(matrix: ImportanceMatrix, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for write in (write_imatrix, write_older_imatrix):
            path = Path(folder, "a")
            write(matrix, path)
            content = bytearray(path.read_bytes())
            for _ in range(data.draw(st.integers(0, 3))):
                content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
            assert understood(bytes(content[: data.draw(st.integers(0, len(content)))]))


@UNTIMED
@given(st.binary(max_size=120))
def test_bytes_that_are_none_are_refused_or_mean_something(content: bytes) -> None:
    assert understood(content)
    assert understood(b"GGUF\3\0\0\0" + content)


def understood(content: bytes) -> bool:
    """Whether the bytes are refused for a reason, or are a matrix that can be used."""
    try:
        found = parse_imatrix(memoryview(content))
    except Cut as reason:
        return bool(str(reason))
    return all(np.isfinite(one).all() and (one >= 0).all() for one in found.weights().values())


def promise(arrays: int) -> bytes:
    """A file whose only entry is an array of so many numbers, none of which is there."""
    key = b"x"
    return b"GGUF" + struct.pack("<IQQQ1sIIQ", 3, 0, 1, len(key), key, 9, 4, arrays)


@pytest.mark.parametrize("length", [1, 1 << 31, (1 << 64) - 1])
def test_an_array_that_is_promised_is_not_waited_for(length: int) -> None:
    with pytest.raises(Cut, match="ends too early"):
        parse_imatrix(memoryview(promise(length)))


def other_kind(writer: GGUFWriter) -> None:
    writer.add_type("model")


def no_counts(writer: GGUFWriter) -> None:
    writer.add_type("imatrix")
    writer.add_tensor("a.in_sum2", np.ones(3, np.float32))


def not_finite(writer: GGUFWriter) -> None:
    writer.add_type("imatrix")
    writer.add_tensor("a.in_sum2", np.array([np.nan], np.float32))
    writer.add_tensor("a.counts", np.ones(1, np.float32))


def half_floats(writer: GGUFWriter) -> None:
    writer.add_type("imatrix")
    writer.add_tensor("a.in_sum2", np.ones(2, np.float16))


def misfit(writer: GGUFWriter) -> None:
    writer.add_type("imatrix")
    writer.add_tensor("a.in_sum2", np.ones(3, np.float32))
    writer.add_tensor("a.counts", np.ones(2, np.float32))


@pytest.mark.parametrize(
    ("fill", "detail"),
    [
        (other_kind, "it is a GGUF file of another kind"),
        (no_counts, "sums and counts do not belong together"),
        (not_finite, "values of a are negative or no numbers"),
        (half_floats, "a.in_sum2 is not of 32-bit floats"),
        (misfit, "sums and counts of a do not fit"),
    ],
)
def test_what_is_no_matrix_says_why(fill: Any, detail: str, tmp_path: Path) -> None:
    writer = GGUFWriter(tmp_path / "a.gguf", "")
    fill(writer)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(Problem) as caught:
        read_imatrix(tmp_path / "a.gguf")
    assert (caught.value.id, caught.value.arguments["detail"]) == ("imatrix_unreadable", detail)


@pytest.mark.parametrize("content", [None, b""])
def test_a_file_that_is_not_there_or_empty(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "a.dat").write_bytes(content)
    with pytest.raises(Problem) as caught:
        read_imatrix(tmp_path / "a.dat")
    assert caught.value.id == "imatrix_unreadable"
