"""Converted models answer as Transformers does: tiny random models of every architecture, logit by logit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("llama_cpp")

import llama_cpp
from gguf import GGUFReader
from numpy.typing import NDArray

from fakes import tiny_checkpoints as tiny
from qwendesk_llamacpp.jobs.convert import run, writing

TOKENS = [int(one) for one in np.random.default_rng(5).integers(0, 3046, 40)]
# llama.cpp does not read the epsilon of this architecture and computes with 0: a tiny one shows the rest.
QUIRKS: dict[str, dict[str, Any]] = {"qwen2vl": {"rms_norm_eps": 1e-12}}
YARN = {"rope_type": "yarn", "rope_theta": 1e5, "factor": 4.0, "original_max_position_embeddings": 32}


@pytest.fixture(autouse=True)
def no_bars() -> Iterator[None]:
    from transformers.utils import logging

    logging.disable_progress_bar()
    yield
    logging.enable_progress_bar()


def convert(folder: Path, kind: str = "F32") -> Path:
    target = folder.with_suffix(f".{kind}.gguf")
    run({"source": str(folder), "target": str(target), "type": kind}, lambda _: None)
    return target


def answers(path: Path, tokens: list[int] = TOKENS) -> NDArray[np.float32]:
    """llama.cpp's logits with a cache of 32-bit floats."""
    model = llama_cpp.Llama(
        str(path),
        n_ctx=128,
        logits_all=True,
        n_threads=1,
        type_k=0,
        type_v=0,
        flash_attn=False,
        verbose=False,
    )
    try:
        model.eval(tokens)
        return np.array(model.scores[: len(tokens)])
    finally:
        model.close()


def must_agree(path: Path, model: Any, most: float = 5e-4) -> None:
    given, wanted = answers(path), tiny.logits(model, TOKENS)
    assert np.abs(given - wanted).max() < most
    assert (given.argmax(axis=1) == wanted.argmax(axis=1)).all()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("family", tiny.MAKERS)
def test_logits_are_those_of_transformers(family: str, tmp_path: Path) -> None:
    model = tiny.write(tmp_path / "it", family, **QUIRKS.get(family, {}))
    must_agree(convert(tmp_path / "it"), model)


@pytest.mark.parametrize("family", ["qwen2", "qwen3"])
def test_embeddings_that_are_the_output_too_are_written_once(family: str, tmp_path: Path) -> None:
    model = tiny.write(tmp_path / "it", family, tie_word_embeddings=True)
    path = convert(tmp_path / "it")
    assert "output.weight" not in {one.name for one in GGUFReader(path).tensors}
    must_agree(path, model)


def test_a_mixture_has_its_output_even_where_it_is_the_embeddings(tmp_path: Path) -> None:
    """llama.cpp does not load one of Qwen2's mixtures without."""
    model = tiny.write(tmp_path / "it", "qwen2moe", tie_word_embeddings=True)
    must_agree(convert(tmp_path / "it"), model)


@pytest.mark.parametrize("rope", [YARN, {"rope_type": "linear", "rope_theta": 1e5, "factor": 2.0}])
def test_a_stretched_context_is_stretched_alike(rope: dict[str, Any], tmp_path: Path) -> None:
    model = tiny.write(tmp_path / "it", "qwen3", rope_parameters=rope)
    must_agree(convert(tmp_path / "it"), model)


def test_biases_that_are_no_rule_are_kept(tmp_path: Path) -> None:
    model = tiny.make("qwen3", attention_bias=True)
    with tiny.torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.o_proj.bias = None  # llama.cpp has no place for this one
    model.save_pretrained(tmp_path / "it")
    tiny.add_tokenizer(tmp_path / "it")
    must_agree(convert(tmp_path / "it"), model)


def test_embedding_models_say_how_they_pool(tmp_path: Path) -> None:
    """In folders without the part of their names that every other checkpoint has."""
    from safetensors.torch import load_file, save_file

    folder = tmp_path / "it"
    model = tiny.write(folder, "qwen3", tie_word_embeddings=True)
    weights = load_file(folder / "model.safetensors")
    save_file(
        {name.removeprefix("model."): one for name, one in weights.items()}, folder / "model.safetensors"
    )
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_lasttoken": true}')
    path = convert(folder)
    assert GGUFReader(path).fields["qwen3.pooling_type"].contents() == 3
    must_agree(path, model)


def test_guesses_ahead_are_left_out(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = tmp_path / "it"
    model = tiny.write(folder, "qwen35")
    weights = load_file(folder / "model.safetensors")
    weights["mtp.layers.0.self_attn.q_proj.weight"] = tiny.torch.ones(4, 4)
    save_file(weights, folder / "model.safetensors")
    must_agree(convert(folder), model)


def test_a_window_that_llama_cpp_does_not_slide_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "it"
    tiny.write(folder, "qwen2", use_sliding_window=True, sliding_window=16, max_window_layers=2)
    assert run({"source": str(folder), "target": "", "type": "F16"}, lambda _: None)["left_out"] == [
        "sliding_window"
    ]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("family", tiny.MAKERS)
def test_pieces_make_the_same_file(family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is larger than a piece is written row by row; here everything is."""
    tiny.write(tmp_path / "it", family)
    whole = convert(tmp_path / "it", "Q8_0").read_bytes()
    monkeypatch.setattr(writing, "_PIECE", 300)
    assert convert(tmp_path / "it", "Q8_0").read_bytes() == whole


def test_several_files_are_one_model(tmp_path: Path) -> None:
    model = tiny.make("qwen3moe")
    model.save_pretrained(tmp_path / "it", max_shard_size="200KB")
    tiny.add_tokenizer(tmp_path / "it")
    assert len(list((tmp_path / "it").glob("*.safetensors"))) > 2
    must_agree(convert(tmp_path / "it"), model)


def test_bfloat16_is_kept_to_the_bit(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder, torch = tmp_path / "it", tiny.torch
    tiny.write(folder, "qwen3")
    short = {name: one.bfloat16() for name, one in load_file(folder / "model.safetensors").items()}
    whole = {name: one.float() for name, one in short.items()}
    save_file(whole, folder / "model.safetensors")
    long = convert(folder).read_bytes()
    save_file(short, folder / "model.safetensors")
    assert convert(folder).read_bytes() == long
    kept = {one.name: one for one in GGUFReader(convert(folder, "BF16")).tensors}
    stored = short["model.layers.1.mlp.up_proj.weight"].view(torch.int16).numpy()
    assert np.array_equal(kept["blk.1.ffn_up.weight"].data.view(np.int16), stored)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("family", ["qwen3vlmoe", "qwen35moe"])
def test_experts_may_lie_together_either_way(family: str, tmp_path: Path) -> None:
    """Turned, as Qwen3-VL's do, or not, as Transformers holds them: the same file comes of both."""
    from safetensors.torch import load_file, save_file

    torch, folder = tiny.torch, tmp_path / "it"
    model = tiny.write(folder, family)
    apart = convert(folder).read_bytes()
    held = dict(model.state_dict())
    prefix = "model.language_model." if family == "qwen3vlmoe" else "model."
    for turned in (False, True):
        weights = load_file(folder / "model.safetensors")
        for layer in range(model.config.get_text_config().num_hidden_layers):
            start = f"{prefix}layers.{layer}.mlp.experts."
            weights = {name: one for name, one in weights.items() if not name.startswith(start)}
            for part in ("gate_up_proj", "down_proj"):
                one = held[start + part]
                weights[start + part] = one.transpose(1, 2).contiguous() if turned else one.contiguous()
        assert any(one.dim() == 3 and one.shape[0] == 4 for one in weights.values())
        save_file(
            {name: one.to(torch.float32) for name, one in weights.items()}, folder / "model.safetensors"
        )
        assert convert(folder).read_bytes() == apart


@pytest.mark.parametrize("family", ["qwen3", "qwen3moe", "qwen35"])
def test_eight_bit_floats_become_what_they_stand_for(family: str, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    torch, folder, block = tiny.torch, tmp_path / "it", 48
    tiny.write(folder, family)
    weights, plain = load_file(folder / "model.safetensors"), {}
    for name, one in list(weights.items()):
        if one.dim() != 2 or "embed" in name or "lm_head" in name or name.endswith(".gate.weight"):
            continue
        high, wide = (-(-size // block) for size in one.shape)
        scale = torch.rand(high, wide) + 0.5
        spread = scale.repeat_interleave(block, 0).repeat_interleave(block, 1)[: one.shape[0], : one.shape[1]]
        weights[name] = (one / spread).to(torch.float8_e4m3fn)
        weights[name + "_scale_inv"] = scale
        plain[name] = weights[name].float() * spread
    save_file(weights, folder / "model.safetensors")
    add_quantization(folder, {"quant_method": "fp8", "weight_block_size": [block, block]})
    given = convert(folder).read_bytes()
    kept = {name: one for name, one in weights.items() if not name.endswith("_scale_inv")}
    save_file({**kept, **plain}, folder / "model.safetensors")
    assert plain
    assert given == convert(folder).read_bytes()


@pytest.mark.filterwarnings("ignore")
def test_experts_together_may_be_eight_bit_floats_too(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    torch, folder, block = tiny.torch, tmp_path / "it", 20
    model = tiny.write(folder, "qwen35moe")
    weights = load_file(folder / "model.safetensors")
    weights = {name: one for name, one in weights.items() if ".mlp.experts." not in name}
    plain = dict(weights)
    for name, one in model.state_dict().items():
        if ".mlp.experts." not in name:
            continue
        scale = torch.rand(one.shape[0], *(-(-size // block) for size in one.shape[1:])) + 0.5
        spread = scale.repeat_interleave(block, 1).repeat_interleave(block, 2)[
            :, : one.shape[1], : one.shape[2]
        ]
        weights[name] = (one / spread).to(torch.float8_e4m3fn)
        weights[name + "_scale_inv"] = scale
        plain[name] = weights[name].float() * spread
    assert len(plain) < len(weights)
    save_file(weights, folder / "model.safetensors")
    add_quantization(folder, {"quant_method": "fp8", "weight_block_size": [block, block]})
    given = convert(folder).read_bytes()
    save_file(plain, folder / "model.safetensors")
    assert given == convert(folder).read_bytes()


def add_quantization(folder: Path, told: dict[str, Any]) -> None:
    import json

    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "quantization_config": told}))


def test_the_eye_is_left_out_and_tells_how_many_layers_it_reaches(tmp_path: Path) -> None:
    tiny.write(tmp_path / "it", "qwen3vl")
    arguments = {"source": str(tmp_path / "it"), "target": "", "type": "F16"}
    assert run(arguments, lambda _: None)["left_out"] == ["visual"]
    fields = GGUFReader(convert(tmp_path / "it")).fields
    assert fields["qwen3vl.n_deepstack_layers"].contents() == 2
    assert fields["qwen3vl.rope.dimension_sections"].contents() == [6, 5, 5, 0]
