"""Seedling's own checkpoint becomes the file that it ships with; the real vocabulary keeps its numbers."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llama_cpp")

import llama_cpp
from gguf import GGUFReader, TokenType
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

from fakes import tiny_safetensors
from fakes.qwen3_shape import Shape
from qwendesk.api.jobs import JobProgress
from qwendesk_llamacpp.jobs.convert import run
from qwendesk_llamacpp.jobs.convert.tokenizer import _SPLITTERS

SEEDLING = Path(__file__).parents[2] / "resources" / "seedling"
OURS = ("<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>")


def convert(source: Path, target: Path, kind: str = "F16") -> Path:
    run({"source": str(source), "target": str(target), "type": kind}, lambda _: None)
    return target


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return convert(SEEDLING / "hf", tmp_path_factory.mktemp("converted") / "seedling.gguf")


def tensors(path: Path) -> dict[str, Any]:
    return {one.name: one for one in GGUFReader(path).tensors}


def fields(path: Path) -> dict[str, Any]:
    found = GGUFReader(path).fields
    return {name: one.contents() for name, one in found.items() if not name.startswith("GGUF.")}


def test_every_tensor_is_the_one_that_ships(converted: Path) -> None:
    made, shipped = tensors(converted), tensors(SEEDLING / "seedling-f16.gguf")
    assert made.keys() == shipped.keys()
    for name, one in made.items():
        other = shipped[name]
        assert (one.tensor_type, list(one.shape)) == (other.tensor_type, list(other.shape))
        # What ships has its norms from before they were rounded to the checkpoint's 16 bits.
        assert np.array_equal(one.data.astype(np.float16), other.data.astype(np.float16)), name


def test_what_the_file_says_of_itself_is_what_the_shipped_one_says(converted: Path) -> None:
    made, shipped = fields(converted), fields(SEEDLING / "seedling-f16.gguf")
    described = {one for one in shipped if one.startswith("general.")} - {
        "general.architecture",
        "general.file_type",
        "general.quantization_version",
        "general.size_label",
    }
    kinds = shipped.pop("tokenizer.ggml.token_type")
    given = made.pop("tokenizer.ggml.token_type")
    for name in shipped.keys() - described:
        assert made[name] == shipped[name], name
    # The shipped file lets these six be typed; llama.cpp's own converter makes control tokens of them, too.
    other = {made["tokenizer.ggml.tokens"][at] for at in range(len(kinds)) if kinds[at] != given[at]}
    assert other == set(OURS)
    assert {given[made["tokenizer.ggml.tokens"].index(one)] for one in OURS} == {TokenType.CONTROL}


def test_both_files_say_the_same(converted: Path) -> None:
    question = [{"role": "user", "content": "What is the capital of France?"}]

    def reply(path: Path) -> str:
        model = llama_cpp.Llama(str(path), n_ctx=512, n_threads=1, verbose=False)
        try:
            answer: Any = model.create_chat_completion(question, temperature=0, max_tokens=100)
            return str(answer["choices"][0]["message"]["content"])
        finally:
            model.close()

    assert "Paris" in reply(converted)
    assert reply(converted) == reply(SEEDLING / "seedling-f16.gguf")


def test_eight_bits_are_those_of_llama_cpp(converted: Path, tmp_path: Path) -> None:
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype, parameters.nthread = llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0, 1
    theirs = tmp_path / "theirs.gguf"
    done = llama_cpp.llama_model_quantize(
        str(converted).encode(), str(theirs).encode(), ctypes.byref(parameters)
    )
    assert done == 0
    ours = tensors(convert(SEEDLING / "hf", tmp_path / "ours.gguf", "Q8_0"))
    for name, one in tensors(theirs).items():
        assert ours[name].tensor_type == one.tensor_type
        assert np.array_equal(ours[name].data, one.data), name


def test_progress_is_told_up_to_the_end(tmp_path: Path) -> None:
    told: list[JobProgress] = []
    arguments = {"source": str(SEEDLING / "hf"), "target": str(tmp_path / "a.gguf"), "type": "F16"}
    result = run(arguments, told.append)
    fractions = [one.fraction or 0 for one in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert {one.stage for one in told} == tensors(tmp_path / "a.gguf").keys()
    assert result == {
        "architecture": "qwen3",
        "type": "F16",
        "size": (tmp_path / "a.gguf").stat().st_size,
        "tensors": 46,
        "left_out": [],
    }


def real_vocabulary(told: dict[str, Any], folder: Path) -> Tokenizer:
    """Qwen's vocabulary of 151,936 tokens as llama.cpp's test file tells it, saved as tokenizer.json."""
    tokens, kinds = told["tokenizer.ggml.tokens"], told["tokenizer.ggml.token_type"]
    plain = {token: id for id, (token, kind) in enumerate(zip(tokens, kinds, strict=True)) if kind == 1}
    merges = [tuple(one.split(" ")) for one in told["tokenizer.ggml.merges"]]
    made = Tokenizer(models.BPE(vocab=plain, merges=merges))
    made.normalizer = normalizers.NFC()
    pattern = next(regex for regex, name in _SPLITTERS.items() if name == "qwen2")
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([one for one, kind in zip(tokens, kinds, strict=True) if kind == 3])
    made.save(str(folder / "tokenizer.json"))
    return made


@pytest.mark.skipif("QWENDESK_FIXTURES" not in os.environ, reason="needs the real vocabulary")
def test_the_real_vocabulary_keeps_its_numbers(tmp_path: Path) -> None:
    fixture = Path(os.environ["QWENDESK_FIXTURES"], "qwen", "ggml-vocab-qwen2.gguf")
    folder = tmp_path / "it"
    shape = Shape(hidden=64, inner=64, layers=1, heads=1, kv_heads=1, head=64)
    tiny_safetensors.write_tiny(folder, shape=shape)
    config = json.loads((folder / "config.json").read_text())
    weights = tiny_safetensors.weights(shape, 151_936, 0)
    tiny_safetensors.save_file(weights, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({**config, "vocab_size": 151_936}))
    real = fields(fixture)
    theirs = real_vocabulary(real, folder)
    made = fields(convert(folder, tmp_path / "it.gguf"))
    for name in ("tokens", "merges", "pre", "model"):
        assert made[f"tokenizer.ggml.{name}"] == real[f"tokenizer.ggml.{name}"]
    texts = Path(f"{fixture}.inp").read_text(encoding="utf-8").split("\n__ggml_vocab_test__\n")
    model = llama_cpp.Llama(str(tmp_path / "it.gguf"), vocab_only=True, verbose=False)
    try:
        for text in [*texts, "<|im_start|>user\nWie geht's?<|im_end|>", "你好，世界 12345"]:
            ids = model.tokenize(text.encode(), add_bos=False, special=True)
            assert ids == theirs.encode(theirs.normalizer.normalize_str(text)).ids
    finally:
        model.close()


@pytest.mark.parametrize("name", ["qwen2", "qwen35"])
def test_texts_are_cut_alike(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "it"
    shutil.copytree(SEEDLING / "hf", folder)
    told = json.loads((folder / "tokenizer.json").read_text())
    pattern = next(regex for regex, one in _SPLITTERS.items() if one == name)
    told["pre_tokenizer"]["pretokenizers"][0]["pattern"] = {"Regex": pattern}
    (folder / "tokenizer.json").write_text(json.dumps(told))
    path = convert(folder, tmp_path / "it.gguf")
    assert fields(path)["tokenizer.ggml.pre"] == name
    theirs = Tokenizer.from_file(str(folder / "tokenizer.json"))
    model = llama_cpp.Llama(str(path), vocab_only=True, verbose=False)
    try:
        for text in ("It's 2026!\n\n  Über  ไม่ได้ हिन्दी", "<|im_start|>나는\t<think> 12 345"):
            assert model.tokenize(text.encode(), add_bos=False, special=True) == theirs.encode(text).ids
    finally:
        model.close()


def test_older_tokenizer_files_give_the_same_vocabulary(converted: Path, tmp_path: Path) -> None:
    folder = tmp_path / "older"
    shutil.copytree(SEEDLING / "hf", folder)
    told = json.loads((folder / "tokenizer.json").read_text())
    (folder / "tokenizer.json").unlink()
    (folder / "vocab.json").write_text(json.dumps(told["model"]["vocab"]))
    merges = "\n".join(" ".join(one) for one in told["model"]["merges"])
    (folder / "merges.txt").write_text("#version: 0.2\n" + merges + "\n", encoding="utf-8")
    made, wanted = fields(convert(folder, tmp_path / "older.gguf")), fields(converted)
    names = [one for one in wanted if one.startswith("tokenizer.")]
    assert {one: made.get(one) for one in names} == {one: wanted[one] for one in names}
