"""Importance matrices by llama.cpp's definitions, of real models; what quantizing makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llama_cpp")

from gguf import GGUFReader, dequantize
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import checkpoint_bytes
from qwendesk.api.jobs import JobProgress
from qwendesk.api.problem import Problem
from qwendesk.words.problems import word
from qwendesk_llamacpp.jobs.convert import run as convert
from qwendesk_llamacpp.jobs.imatrix import run, tensor
from qwendesk_llamacpp.jobs.imatrix.collector import Collector, dense, plain_name, routed
from qwendesk_llamacpp.jobs.imatrixfile import read_imatrix
from qwendesk_llamacpp.jobs.importance import ImportanceMatrix
from qwendesk_llamacpp.jobs.quantize import run as quantize

ROOT = Path(__file__).parents[2]
F16 = ROOT / "resources" / "seedling" / "seedling-f16.gguf"


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("text") / "read.txt"
    path.write_text((ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")[:6000], encoding="utf-8")
    return path


def make(source: Path, target: Path, text: Path, **more: Any) -> ImportanceMatrix:
    arguments = {"source": str(source), "target": str(target), "text": str(text), "threads": 1, "chunk": 64}
    run({**arguments, **more}, lambda _: None)
    return read_imatrix(target)


@pytest.fixture(scope="module")
def matrix(text: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ImportanceMatrix]:
    path = tmp_path_factory.mktemp("made") / "imatrix.gguf"
    return path, make(F16, path, text, chunks=4)


def test_every_matrix_of_every_layer_is_in_it(matrix: tuple[Path, ImportanceMatrix]) -> None:
    made = matrix[1]
    parts = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    assert set(made.tensors) == {f"blk.{layer}.{part}.weight" for layer in range(4) for part in parts}
    assert {int(one.counts[0]) for one in made.tensors.values()} == {4 * 64}
    assert (made.chunks, made.chunk_size, made.datasets) == (4, 64, ("read.txt",))
    for layer in range(4):
        into = [made.tensors[f"blk.{layer}.attn_{one}.weight"].sums for one in "qkv"]
        assert np.array_equal(into[0], into[1])
        assert np.array_equal(into[0], into[2])
    assert made.tensors["blk.0.ffn_down.weight"].sums.shape == (1, 512)


def test_the_first_layers_inputs_are_what_their_norm_gives(
    matrix: tuple[Path, ImportanceMatrix], text: Path
) -> None:
    """Worked out from the file itself: embeddings, normed."""
    from tokenizers import Tokenizer

    tensors = {one.name: one for one in GGUFReader(F16).tensors}
    embeddings = dequantize(tensors["token_embd.weight"].data, tensors["token_embd.weight"].tensor_type)
    tokenizer = Tokenizer.from_file(str(F16.parent / "hf" / "tokenizer.json"))
    tokens = tokenizer.encode(text.read_text(encoding="utf-8")).ids[: 4 * 64]
    inputs = embeddings.astype(np.float64)[tokens]
    inputs /= np.sqrt((inputs**2).mean(axis=1, keepdims=True) + 1e-6)
    inputs *= tensors["blk.0.attn_norm.weight"].data
    given = matrix[1].tensors["blk.0.attn_q.weight"].sums[0]
    assert np.allclose(given, (inputs**2).sum(axis=0), rtol=1e-3)


def test_few_bits_become_possible_with_it(matrix: tuple[Path, ImportanceMatrix], tmp_path: Path) -> None:
    target = tmp_path / "small.gguf"
    wish = {"parts": [str(F16)], "target": str(target), "type": "IQ2_XXS", "threads": 1}
    with pytest.raises(Problem, match="imatrix_needed"):
        quantize(wish, lambda _: None)
    done = quantize({**wish, "imatrix": str(matrix[0])}, lambda _: None)
    assert done["size"] == target.stat().st_size
    kinds = {one.tensor_type.name for one in GGUFReader(target).tensors}
    assert "IQ2_XXS" in kinds


def test_the_columns_that_matter_come_out_better(
    matrix: tuple[Path, ImportanceMatrix], tmp_path: Path
) -> None:
    """Errors weighed by what a column meets are smaller with the matrix than without."""
    wish = {"parts": [str(F16)], "type": "Q2_K", "threads": 1}
    errors = []
    whole = {one.name: one.data.astype(np.float32) for one in GGUFReader(F16).tensors}
    for name, more in (("plain", {}), ("weighed", {"imatrix": str(matrix[0])})):
        quantize({**wish, **more, "target": str(tmp_path / name)}, lambda _: None)
        found = {
            one.name: dequantize(one.data, one.tensor_type) for one in GGUFReader(tmp_path / name).tensors
        }
        weights = matrix[1].weights()
        errors.append(sum(float(((found[one] - whole[one]) ** 2 @ weights[one]).sum()) for one in weights))
    assert errors[1] < 0.95 * errors[0]


def test_a_matrix_of_another_model_is_told(matrix: tuple[Path, ImportanceMatrix], tmp_path: Path) -> None:
    wish = {"parts": [str(F16)], "target": str(tmp_path / "a"), "type": "IQ2_XXS", "threads": 1}
    with pytest.raises(Problem) as caught:
        quantize({**wish, "imatrix": str(F16)}, lambda _: None)
    assert caught.value.id == "imatrix_unreadable"


def test_experts_are_counted_one_by_one(text: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from fakes import tiny_checkpoints

    tiny_checkpoints.write(tmp_path / "it", "qwen3moe")
    model = tmp_path / "it.gguf"
    convert({"source": str(tmp_path / "it"), "target": str(model), "type": "F32"}, lambda _: None)
    made = make(model, tmp_path / "imatrix.gguf", text, chunks=3)
    for layer in range(3):
        gate, up, down = (
            made.tensors[f"blk.{layer}.ffn_{one}_exps.weight"] for one in ("gate", "up", "down")
        )
        # Each of the tokens chooses two experts of the four.
        assert gate.counts.sum() == up.counts.sum() == down.counts.sum() == 3 * 64 * 2
        assert np.array_equal(gate.sums, up.sums)
        assert (gate.sums.shape, down.sums.shape) == ((4, 64), (4, 24))
        routing = made.tensors[f"blk.{layer}.ffn_gate_inp.weight"].sums[0]
        assert np.allclose(gate.sums.sum(axis=0), 2 * routing, rtol=1e-4)


def test_the_output_is_left_out_unless_asked_for(text: Path, tmp_path: Path) -> None:
    folder = checkpoint_bytes.write(tmp_path / "it")
    checkpoint_bytes.change_weights(
        folder, lambda told: told.update({"lm_head.weight": told["model.embed_tokens.weight"]})
    )
    checkpoint_bytes.change(folder / "config.json", lambda told: told.update(tie_word_embeddings=False))
    model = tmp_path / "it.gguf"
    convert({"source": str(folder), "target": str(model), "type": "F32"}, lambda _: None)
    for output in (False, True):
        made = make(model, tmp_path / "imatrix.gguf", text, chunks=1, output=output)
        assert ("output.weight" in made.tensors) is output


def test_the_older_form_says_the_same(
    matrix: tuple[Path, ImportanceMatrix], text: Path, tmp_path: Path
) -> None:
    older = make(F16, tmp_path / "imatrix.dat", text, chunks=4, older=True)
    for name, weights in matrix[1].weights().items():
        assert np.allclose(older.weights()[name], weights, rtol=1e-5)


def test_progress_and_result(text: Path, tmp_path: Path) -> None:
    told: list[JobProgress] = []
    arguments = {
        "source": str(F16),
        "target": str(tmp_path / "a"),
        "text": str(text),
        "chunk": 64,
        "chunks": 2,
    }
    result = run({**arguments, "threads": 1, "dataset": "mine"}, told.append)
    assert result == {"tensors": 28, "chunks": 2, "chunk": 64, "partial": []}
    assert [(one.fraction, one.done, one.total) for one in told] == [(0, 0, 2), (0.5, 1, 2), (1, 2, 2)]
    assert read_imatrix(tmp_path / "a").datasets == ("mine",)


def refusal(**more: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        run({"source": str(F16), "target": "/nowhere/a", "threads": 1, **more}, lambda _: None)
    sentence = word(caught.value.note())
    assert "{" not in sentence.what + sentence.next
    return caught.value


def test_a_text_that_is_too_short(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Too short.")
    problem = refusal(text=str(tmp_path / "a.txt"))
    assert (problem.id, problem.arguments["least"]) == ("imatrix_too_short", 1024)


def test_a_text_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(text=str(tmp_path / "a.txt")).id == "file_unreadable"


def test_a_place_that_is_not_there(text: Path) -> None:
    assert refusal(text=str(text), chunk=64, chunks=2).id == "target_unwritable"


def test_another_layout_is_refused(text: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a version had one field more in front."""
    fields = [("new", tensor.ctypes.c_int64), *tensor.Tensor._fields_]
    monkeypatch.setattr(tensor, "Tensor", type("Other", (tensor.ctypes.Structure,), {"_fields_": fields}))
    assert refusal(text=str(text)).id == "imatrix_unsupported"


def test_what_fails_inside_the_graph_comes_out(monkeypatch: pytest.MonkeyPatch, text: Path) -> None:
    def fails(*_: object) -> None:
        raise Problem("imatrix_not_finite", tensor="blk.0.attn_q.weight")

    monkeypatch.setattr(Collector, "_add", fails)
    assert refusal(text=str(text), chunk=64).id == "imatrix_not_finite"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        (b"blk.0.attn_k.weight", "blk.0.attn_k.weight"),
        (b"CUDA0#blk.0.attn_k.weight#0", "blk.0.attn_k.weight"),
        (b"CUDA0#blk.0.attn_k.weight", "blk.0.attn_k.weight"),
    ],
)
def test_a_cards_copy_has_the_same_name(name: bytes, plain: str) -> None:
    assert plain_name(name) == plain


UNTIMED = settings(deadline=None)
SMALL = st.integers(1, 4)


@UNTIMED
@given(SMALL, SMALL, SMALL, st.integers(1, 2), st.integers(1, 2), st.integers(0, 99))
def test_sums_of_a_product(
    rows: int, columns: int, matrices: int, groups: int, times: int, seed: int
) -> None:
    inputs = (
        np.random.default_rng(seed)
        .standard_normal((groups, matrices * times, rows, columns))
        .astype(np.float32)
    )
    sums, counts = dense(inputs, matrices, groups)
    wanted = np.zeros((groups * matrices, columns))
    for outer, middle, row in np.ndindex(inputs.shape[:3]):
        wanted[outer * matrices + middle % matrices] += inputs[outer, middle, row].astype(np.float64) ** 2
    assert np.allclose(sums, wanted, rtol=1e-5)
    assert counts.tolist() == [rows * times]


@UNTIMED
@given(SMALL, SMALL, SMALL, SMALL, st.booleans(), st.integers(0, 99))
def test_sums_of_a_mixture(
    tokens: int, chosen: int, columns: int, more: int, shared: bool, seed: int
) -> None:
    draw, experts = np.random.default_rng(seed), chosen + more
    ids = np.array([draw.permutation(experts)[:chosen] for _ in range(tokens)], np.int32)
    inputs = draw.standard_normal((tokens, 1 if shared else chosen, columns)).astype(np.float32)
    sums, counts = routed(inputs, ids, experts)
    wanted = np.zeros((experts, columns))
    for row, at in np.ndindex(ids.shape):
        wanted[ids[row, at]] += inputs[row, at % inputs.shape[1]].astype(np.float64) ** 2
    assert np.allclose(sums, wanted, rtol=1e-4)
    assert counts.tolist() == [(ids == one).sum() for one in range(experts)]
