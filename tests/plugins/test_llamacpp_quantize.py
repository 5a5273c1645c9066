"""llama.cpp's quantizing as a job: plans that come true to the byte, and what is refused before it writes."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

llama_cpp = pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: it needs a compiler")

import gguf
import numpy as np

from fakes.qwen3_shape import Shape
from fakes.tiny_gguf import Noise, add_vocabulary, finish, write_tiny
from qwendesk.api.jobs import JobProgress
from qwendesk.api.problem import Problem
from qwendesk.models.gguf import read_header
from qwendesk.system.paths import resources
from qwendesk_llamacpp.jobs.imatrixfile import write_imatrix, write_older_imatrix
from qwendesk_llamacpp.jobs.importance import Importance, ImportanceMatrix
from qwendesk_llamacpp.jobs.quantize import run
from qwendesk_llamacpp.jobs.quantize.lines import Lines
from qwendesk_llamacpp.jobs.quantize.names import file_types

F16 = resources() / "seedling" / "seedling-f16.gguf"
SHAPE = Shape(hidden=64, inner=128, layers=1, heads=2, kv_heads=1, head=32)
METADATA = {"qwendesk.text": "ü" * 100, "qwendesk.number": 7}


def quantized(source: Path, type: str, target: Path | None = None, **more: Any) -> Mapping[str, Any]:
    parts = more.pop("parts", [str(source)])
    wish = {"parts": parts, "type": type, "target": str(target or ""), "threads": 1, **more}
    return run(wish, lambda _progress: None)


def needs_no_imatrix(type: str) -> bool:
    return not type.startswith(("IQ1", "IQ2", "IQ3_X")) and type != "Q2_K_S"


@pytest.mark.parametrize("type", sorted(filter(needs_no_imatrix, file_types())))
def test_a_plan_comes_true_to_the_byte(tmp_path: Path, type: str) -> None:
    planned = quantized(F16, type, metadata=METADATA)
    assert list(tmp_path.iterdir()) == []
    target = tmp_path / "out.gguf"
    done = quantized(F16, type, target, metadata=METADATA)
    header = read_header(target)
    assert planned == done
    assert planned["size"] == target.stat().st_size
    found = {one.name: (one.shape, one.type, one.bytes) for one in header.tensors}
    assert {one[0]: (tuple(one[1]), one[3], one[4]) for one in planned["tensors"]} == {
        name: ((*shape, *[1] * (4 - len(shape))), kind, size) for name, (shape, kind, size) in found.items()
    }
    assert header.metadata["general.file_type"] == file_types()[type]
    assert header.metadata["qwendesk.number"] == 7
    assert header.metadata["qwendesk.text"] == "ü" * 63
    assert str(header.metadata["qwendesk.quantize.engine"]).startswith("llama-cpp-python ")


@pytest.mark.parametrize("type", sorted(set(file_types()) - set(filter(needs_no_imatrix, file_types()))))
def test_few_bits_need_an_importance_matrix(tmp_path: Path, type: str) -> None:
    assert quantized(F16, type)["needs_imatrix"]
    with pytest.raises(Problem, match="imatrix_needed"):
        quantized(F16, type, tmp_path / "out.gguf")
    assert list(tmp_path.iterdir()) == []


def importance(but: str = "", width: int = 256) -> ImportanceMatrix:
    """A matrix for Seedling as if a text had been read."""
    chance = np.random.default_rng(3)
    tensors = {
        one.name: Importance(chance.random((1, one.shape[0]), np.float32) + 0.1, np.array([512]))
        for one in read_header(F16).tensors
        if one.name.startswith("blk.") and "norm" not in one.name and one.name != but
    }
    if width != 256:
        tensors["blk.0.attn_q.weight"] = Importance(np.ones((1, width), np.float32), np.array([512]))
    return ImportanceMatrix(tensors, ("a text",), 1, 512)


def test_a_matrix_allows_few_bits_and_is_named_in_the_file(tmp_path: Path) -> None:
    made, older = tmp_path / "imatrix.gguf", tmp_path / "imatrix.dat"
    write_imatrix(importance(), made)
    write_older_imatrix(importance(), older)
    planned = quantized(F16, "IQ2_XXS", imatrix=str(made))
    assert not planned["needs_imatrix"]
    target, other = tmp_path / "out.gguf", tmp_path / "other.gguf"
    assert quantized(F16, "IQ2_XXS", target, imatrix=str(made)) == planned
    assert planned["size"] == target.stat().st_size
    said = read_header(target).metadata
    assert {key: value for key, value in said.items() if key.startswith("quantize.")} == {
        "quantize.imatrix.file": "imatrix.gguf",
        "quantize.imatrix.dataset": "a text",
        "quantize.imatrix.entries_count": 28,
        "quantize.imatrix.chunks_count": 1,
    }
    quantized(F16, "IQ2_XXS", other, imatrix=str(older))
    assert weights_of(other) == weights_of(target)


def test_a_matrix_changes_what_is_kept(tmp_path: Path) -> None:
    write_imatrix(importance(), tmp_path / "imatrix.gguf")
    for name, matrix in (("plain", ""), ("weighed", str(tmp_path / "imatrix.gguf"))):
        quantized(F16, "Q3_K_S", tmp_path / name, imatrix=matrix)
    plain, weighed = weights_of(tmp_path / "plain"), weights_of(tmp_path / "weighed")
    assert [one for one in plain if plain[one] != weighed[one]] == [
        one for one in plain if one in importance().tensors
    ]


def weights_of(path: Path) -> dict[str, bytes]:
    return {one.name: one.data.tobytes() for one in gguf.GGUFReader(path).tensors}


@pytest.mark.parametrize(
    ("problem", "matrix"),
    [
        ("imatrix_other_model", importance(width=64)),
        (
            "imatrix_other_model",
            ImportanceMatrix({"x": Importance(np.ones((1, 4), np.float32), np.ones(1, int))}),
        ),
        ("imatrix_lacks", importance(but="blk.2.ffn_up.weight")),
        ("imatrix_unreadable", None),
    ],
)
def test_a_matrix_of_another_model(tmp_path: Path, problem: str, matrix: ImportanceMatrix | None) -> None:
    path = tmp_path / "imatrix.gguf"
    if matrix is not None:
        write_imatrix(matrix, path)
    with pytest.raises(Problem, match=problem):
        quantized(F16, "IQ2_XXS", tmp_path / "out.gguf", imatrix=str(path))
    assert not (tmp_path / "out.gguf").exists()


def test_a_matrix_that_lacks_what_only_llama_cpp_misses(tmp_path: Path) -> None:
    path = tmp_path / "imatrix.gguf"
    write_imatrix(importance(but="blk.2.ffn_up.weight"), path)
    with pytest.raises(Problem) as raised:
        quantized(F16, "IQ3_XXS", tmp_path / "out.gguf", imatrix=str(path))
    assert raised.value.id == "imatrix_lacks"
    assert raised.value.arguments["tensor"] == "blk.2.ffn_up.weight"


def test_rows_that_do_not_fit_are_told(tmp_path: Path) -> None:
    source, target = write_tiny(tmp_path / "rows of 64.gguf"), tmp_path / "out.gguf"
    done = quantized(source, "Q4_K_M", target)
    stored = {one.name: one.type for one in read_header(target).tensors}
    assert done["wanted"]["blk.0.attn_q.weight"] == "Q4_K"
    assert stored["blk.0.attn_q.weight"] == "Q5_0"
    assert done["wanted"]["blk.1.ffn_down.weight"] == "Q6_K"
    assert stored["blk.1.ffn_down.weight"] == "Q8_0"
    # llama.cpp says nothing of this one.
    assert done["wanted"]["token_embd.weight"] == "Q6_K"
    assert stored["token_embd.weight"] == "Q8_0"
    norms = {name for name in stored if "norm" in name}
    assert set(done["wanted"]) == set(stored) - norms
    assert quantized(source, "Q8_0")["wanted"] == {}
    assert quantized(source, "Q4_K_M", output_type="Q8_0")["wanted"].keys() == done["wanted"].keys() - {
        "token_embd.weight"
    }


def test_tensors_get_the_type_that_was_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "out.gguf"
    quantized(
        F16,
        "q4_k",
        target,
        tensor_types=[["attn_v", "q8_0"], [r"blk\.[01]\.ffn_down", "F16"]],
        output_type="Q5_K",
    )
    stored = {one.name: one.type for one in read_header(target).tensors}
    assert stored["blk.3.attn_v.weight"] == "Q8_0"
    assert [name for name, type in stored.items() if type == "F16"] == [
        f"blk.{one}.ffn_down.weight" for one in (0, 1)
    ]
    assert stored["token_embd.weight"] == "Q5_K"
    pure = quantized(F16, "Q4_K_M", pure=True, embedding_type="Q3_K")
    assert {one[3] for one in pure["tensors"]} == {"Q4_K", "F32", "Q3_K"}


@pytest.mark.parametrize(
    ("problem", "wish"),
    [
        ("quant_type_unknown", {"type": "Q9_Z"}),
        ("quant_type_unknown", {"output_type": "Q8_K"}),
        ("quant_type_unknown", {"tensor_types": [["attn_v", "I32"]]}),
        ("tensor_pattern_unused", {"tensor_types": [["attn_w", "Q8_0"]]}),
        ("tensor_types_unused", {"type": "F16", "tensor_types": [["attn_v", "Q8_0"]]}),
        ("imatrix_needed", {"embedding_type": "IQ2_XXS"}),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    tmp_path: Path, problem: str, wish: dict[str, Any]
) -> None:
    with pytest.raises(Problem, match=problem):
        quantized(F16, **{"type": "Q4_K_M", **wish}, target=tmp_path / "out.gguf")
    assert list(tmp_path.iterdir()) == []


def test_what_is_quantized_stays_so_unless_somebody_insists(tmp_path: Path, seedling: Path) -> None:
    target = tmp_path / "out.gguf"
    assert quantized(seedling, "Q4_K_M")["requantizes"] == "Q8_0"
    with pytest.raises(Problem, match="requantize_refused"):
        quantized(seedling, "Q4_K_M", target)
    assert not target.exists()
    assert quantized(seedling, "Q4_K_M", target, allow_requantize=True)["size"] == target.stat().st_size


def test_parts_become_one_file(tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(str(tmp_path / "m.gguf"), "qwen3", split_max_tensors=4)
    SHAPE.describe(writer, 512)
    noise, size = Noise(1), add_vocabulary(writer)
    writer.add_tensor("token_embd.weight", noise(size, 64))
    writer.add_tensor("output_norm.weight", np.ones(64, np.float32))
    for name, sizes in SHAPE.tensors():
        writer.add_tensor(name, noise(*sizes) if len(sizes) > 1 else np.ones(sizes, np.float32))
    finish(writer, tmp_path)
    parts = sorted(str(one) for one in tmp_path.iterdir())
    assert len(parts) == 4
    target = tmp_path / "out.gguf"
    done = quantized(Path(parts[0]), "Q8_0", target, parts=parts)
    assert done["size"] == target.stat().st_size
    assert len(read_header(target).tensors) == 13
    assert "split.count" not in read_header(target).metadata


def test_progress_counts_numbers_not_tensors(tmp_path: Path) -> None:
    told: list[JobProgress] = []
    run(
        {"parts": [str(F16)], "type": "Q8_0", "target": str(tmp_path / "out.gguf"), "threads": 1}, told.append
    )
    assert [one.done for one in told] == list(range(47))
    assert {one.total for one in told} == {46}
    fractions = [one.fraction for one in told if one.fraction is not None]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    # The embeddings, second of 46, are a quarter of the model.
    assert (told[1].stage, round(fractions[2], 2)) == ("token_embd.weight", 0.25)


def test_a_file_of_another_kind_is_told(tmp_path: Path) -> None:
    source = tmp_path / "strange.gguf"
    writer = gguf.GGUFWriter(str(source), "martian")
    writer.add_tensor("token_embd.weight", np.ones((8, 64), np.float16))
    finish(writer, source)
    with pytest.raises(Problem, match="unknown model architecture: 'martian'"):
        quantized(source, "Q8_0")


def test_a_name_of_two_lines_is_no_tensor_that_could_be_read(tmp_path: Path) -> None:
    source = tmp_path / "lying.gguf"
    writer = gguf.GGUFWriter(str(source), "qwen3")
    SHAPE.describe(writer, 512)
    add_vocabulary(writer)
    writer.add_tensor("two\nlines", np.ones((8, 64), np.float16))
    writer.add_tensor("token_embd.weight", np.ones((8, 64), np.float16))
    finish(writer, source)
    with pytest.raises(Problem, match="cannot be told apart"):
        quantized(source, "Q8_0")


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX")
@pytest.mark.parametrize("room", [100, 300_000, 2_175_000])
def test_a_full_disk_is_told(tmp_path: Path, room: int) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(Problem, match="disk_full"):
            quantized(F16, "Q4_K_M", tmp_path / "out.gguf")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_whoever_listened_to_llama_cpp_before_hears_it_again() -> None:
    def hears() -> int | None:
        callback, data = llama_cpp.llama_log_callback(), ctypes.c_void_p()
        llama_cpp.llama_log_get(ctypes.byref(callback), ctypes.byref(data))
        return ctypes.cast(callback, ctypes.c_void_p).value

    before = hears()
    with Lines().listening():
        assert hears() != before
    assert hears() == before
