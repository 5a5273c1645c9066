"""The files that tests and benchmarks are built on do what they are made for, in llama.cpp itself."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: its fixtures are not tried")

import llama_cpp as llama
from llama_cpp import mtmd_cpp as mtmd

from fakes.bare_llama import BareLlama
from fakes.hybrid_gguf import write_hybrid
from fakes.repeating_gguf import TEXT, write_repeating
from fakes.vision_gguf import Family, write_vision

SOME, MORE, REST = [[seed * 7 + i * i % 90 for i in range(60)] for seed in (3, 5, 11)]
SURE = 10.0
"""A gap between the two likeliest logits that no batch shape or quantization closes."""


@pytest.fixture(scope="module")
def hybrid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_hybrid(tmp_path_factory.mktemp("hybrid") / "hybrid.gguf")


def after(path: Path, *parts: list[int]) -> np.ndarray:
    """The logits behind all parts, each of them one batch of a fresh context."""
    with BareLlama(path) as bare:
        start = 0
        for part in parts:
            bare.read(part, start)
            start += len(part)
        return bare.logits()


def test_hybrid_is_one_and_remembers(hybrid: Path) -> None:
    with BareLlama(hybrid) as bare:
        assert llama.llama_model_is_hybrid(bare.model)
    logits = after(hybrid, SOME, REST)
    assert np.isfinite(logits).all()
    assert np.abs(logits - after(hybrid, MORE, REST)).max() > 0.1


def test_hybrid_cannot_be_cut_back_but_restored(hybrid: Path) -> None:
    with BareLlama(hybrid) as bare:
        bare.read(SOME)
        saved = bare.checkpoint()
        bare.read(MORE, len(SOME))
        assert not bare.cut(len(SOME))
        assert bare.restore(saved)
        assert bare.cut(len(SOME))
        bare.read(REST, len(SOME))
        assert np.array_equal(bare.logits(), after(hybrid, SOME, REST))


def test_hybrid_answers_in_the_server_engine(hybrid: Path) -> None:
    xllamacpp = pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")
    settings = xllamacpp.CommonParams()
    settings.model.path, settings.n_ctx, settings.n_parallel = str(hybrid), 512, 1
    settings.api_keys, settings.warmup, settings.verbosity = ["key"], False, -1
    settings.cpuparams.n_threads = 1
    server = xllamacpp.Server(settings)
    usage = server.handle_completions({"prompt": SOME, "max_tokens": 4})["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (len(SOME), 4)


def quantized(path: Path) -> Path:
    settings = llama.llama_model_quantize_default_params()
    settings.ftype, settings.nthread = llama.LLAMA_FTYPE_MOSTLY_Q4_K_M, 1
    target = path.with_name("q4_k_m.gguf")
    assert not llama.llama_model_quantize(str(path).encode(), str(target).encode(), ctypes.byref(settings))
    return target


@pytest.mark.parametrize("smaller", [False, True], ids=["f16", "q4_k_m"])
def test_repeating_runs_in_its_circle(tmp_path: Path, smaller: bool) -> None:
    path = write_repeating(tmp_path / "repeating.gguf")
    with BareLlama(quantized(path) if smaller else path) as bare:
        assert bytes(bare.greedy(ord(TEXT[-1]), 0, 2 * len(TEXT))).decode() == TEXT * 2
        best = np.sort(bare.logits())
        assert best[-1] - best[-2] > SURE


def test_repeating_is_entered_from_every_token(tmp_path: Path) -> None:
    with BareLlama(write_repeating(tmp_path / "repeating.gguf")) as bare:
        bare.decode([(token, token, 0) for token in range(bare.size)])
        for row in range(bare.size):
            best = np.sort(bare.logits(row))
            assert chr(bare.sample(row)) in TEXT
            assert best[-1] - best[-2] > SURE


def see(bare: BareLlama, eye: mtmd.mtmd_context_p, pixels: np.ndarray) -> np.ndarray:
    """The logits behind a text with one image in it."""
    text = b"look " + mtmd.mtmd_default_marker() + b" well"
    height, width, _ = pixels.shape
    bitmap = mtmd.mtmd_bitmap_init(width, height, pixels.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8)))
    chunks = mtmd.mtmd_input_chunks_init()
    prompt = mtmd.mtmd_input_text(text, len(text), False, True)
    bitmaps = (mtmd.mtmd_bitmap_p_ctypes * 1)(bitmap)
    assert not mtmd.mtmd_tokenize(eye, chunks, ctypes.byref(prompt), bitmaps, 1)
    assert mtmd.mtmd_input_chunks_size(chunks) == 3
    image = mtmd.mtmd_input_chunks_get(chunks, 1)
    assert mtmd.mtmd_input_chunk_get_type(image) == mtmd.MTMD_INPUT_CHUNK_TYPE_IMAGE
    assert mtmd.mtmd_input_chunk_get_n_tokens(image) >= 8
    bare.clear()
    end = llama.llama_pos(0)
    assert not mtmd.mtmd_helper_eval_chunks(eye, bare.context, chunks, 0, 0, 512, True, ctypes.byref(end))
    mtmd.mtmd_input_chunks_free(chunks)
    mtmd.mtmd_bitmap_free(bitmap)
    return bare.logits()


@pytest.mark.parametrize("family", get_args(Family))
def test_vision_sees_pixels(tmp_path: Path, family: Family) -> None:
    files = write_vision(tmp_path, family)
    with BareLlama(files.model) as bare:
        settings = mtmd.mtmd_context_params_default()
        settings.use_gpu, settings.warmup, settings.n_threads = False, False, 1
        eye = mtmd.mtmd_init_from_file(str(files.projector).encode(), bare.model, settings)
        assert eye
        pixels = np.random.default_rng(0).integers(0, 256, (100, 60, 3), dtype=np.uint8)
        first, again, other = (see(bare, eye, one) for one in (pixels, pixels, 255 - pixels))
        mtmd.mtmd_free(eye)
    assert np.isfinite(first).all()
    assert np.array_equal(first, again)
    assert np.abs(first - other).max() > 0.01
