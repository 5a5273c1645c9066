"""Tokens as llama.cpp itself makes them, on Qwen's real vocabulary."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("llama_cpp")

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import tiny_gguf
from qwendesk.api.engine import ModelFiles
from qwendesk_llamacpp.engine import LlamaCppEngine
from qwendesk_llamacpp.engine.native import log, native
from qwendesk_llamacpp.engine.vocabulary import Vocabulary
from qwendesk_llamacpp.options import LlamaCppOptions


@pytest.fixture
def real(fixtures: Path) -> Iterator[Vocabulary]:
    parameters = native.llama_model_default_params()
    parameters.vocab_only = True
    with log.loading():
        model = native.llama_model_load_from_file(
            str(fixtures / "qwen" / "ggml-vocab-qwen2.gguf").encode(), parameters
        )
    yield Vocabulary(model)
    native.llama_model_free(model)


def test_every_pair_of_the_real_vocabulary(real: Vocabulary, fixtures: Path) -> None:
    folder = fixtures / "qwen"
    whole = (folder / "ggml-vocab-qwen2.gguf.inp").read_bytes().decode()  # not read as text: \r stays
    texts = whole.split("\n__ggml_vocab_test__\n")[:-1]  # a separator stands behind each
    expected = (folder / "ggml-vocab-qwen2.gguf.out").read_text("utf-8").splitlines()
    assert len(texts) == len(expected) > 40
    for text, ids in zip(texts, expected, strict=True):
        assert real.tokenize(text, special=False) == [int(one) for one in ids.split()]


def test_special_tokens_of_the_real_vocabulary(real: Vocabulary) -> None:
    (id,) = real.tokenize("<|im_end|>", special=True)
    assert (real.piece(id), real.is_special(id), real.ends(id)) == (b"<|im_end|>", True, True)
    assert len(real.tokenize("<|im_end|>", special=False)) > 1
    assert not any(map(real.is_special, real.tokenize("plain words", special=True)))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaCppEngine]:
    engine = LlamaCppEngine()
    path = tiny_gguf.write_tiny(tmp_path_factory.mktemp("tiny") / "tiny.gguf")
    engine.load(ModelFiles(str(path), "gguf"), LlamaCppOptions(context=256, threads=1), lambda _: None)
    yield engine
    engine.close()


@given(text=st.text(max_size=200), special=st.booleans())
@settings(deadline=None)
def test_bytes_come_back(tiny: LlamaCppEngine, text: str, special: bool) -> None:
    tokens = tiny.tokenize(text, special=special)
    assert tiny.detokenize(tokens) == text.encode()


def test_ids_that_do_not_exist_have_no_bytes(tiny: LlamaCppEngine) -> None:
    for id in (-1, -(2**31), 2**31 - 1, 10_000):
        assert tiny.detokenize([id]) == b""
        assert not tiny.is_special(id)
