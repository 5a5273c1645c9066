"""Folders with safetensors or ONNX files: headers and configs, as foreign as GGUF."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
from pathlib import Path

import pytest

from qwendesk.api.problem import Problem
from qwendesk.models.reading import folder_format, read_facts
from qwendesk.models.safetensors import parse_tensors
from qwendesk.models.scan import place_of

CONFIG = {
    "model_type": "qwen3_5",
    "text_config": {
        "num_hidden_layers": 8, "hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2,
        "head_dim": 32, "vocab_size": 100, "max_position_embeddings": 262144, "full_attention_interval": 4,
        "linear_num_value_heads": 4, "linear_value_head_dim": 16, "linear_key_head_dim": 16,
        "linear_num_key_heads": 2, "linear_conv_kernel_dim": 4, "num_experts": 16, "num_experts_per_tok": 4,
        "moe_intermediate_size": 32, "shared_expert_intermediate_size": 32,
        "rope_parameters": {"rope_theta": 1e7, "rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768},
    },
}  # fmt: skip


def write_tensors(path: Path, tensors: dict[str, list[int]]) -> None:
    header, at = {}, 0
    for name, shape in tensors.items():
        size = 2
        for one in shape:
            size *= one
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [at, at + size]}
        at += size
    data = json.dumps(header).encode()
    path.write_bytes(len(data).to_bytes(8, "little") + data + b"\0" * at)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "Qwen3.5-Test"
    made.mkdir()
    (made / "config.json").write_text(json.dumps(CONFIG))
    write_tensors(made / "a.safetensors", {"model.layers.0.mlp.up_proj.weight": [8, 64]})
    write_tensors(
        made / "b.safetensors", {"model.visual.layers.3.w": [4, 4], "model.embed_tokens.weight": [100, 64]}
    )
    names = {
        "model.layers.0.mlp.up_proj.weight": "a.safetensors",
        "model.embed_tokens.weight": "b.safetensors",
    }
    (made / "model.safetensors.index.json").write_text(json.dumps({"weight_map": names}))
    return made


def test_a_folder_with_shards(folder: Path) -> None:
    facts = read_facts(folder)
    assert (facts.format, facts.architecture, facts.layers, facts.context) == (
        "safetensors",
        "qwen3_5",
        8,
        262144,
    )
    assert facts.attention.layers == (3, 7)
    assert facts.recurrent is not None
    assert (facts.recurrent.inner_size, facts.recurrent.layers) == (64, (0, 1, 2, 4, 5, 6))
    assert facts.experts is not None
    assert (facts.experts.used, facts.experts.shared) == (4, 1)
    assert (facts.rope.scaling, facts.rope.original_context) == ("yarn", 32768)
    assert {one.name: (one.shape, one.block) for one in facts.tensors}[
        "model.layers.0.mlp.up_proj.weight"
    ] == ((64, 8), 0)
    assert [one.block for one in facts.tensors if "visual" in one.name] == [None]
    assert read_facts(folder / "a.safetensors") == facts
    assert place_of(folder / "a.safetensors") == place_of(folder)
    assert folder_format(folder) == "safetensors"


def test_a_shard_that_is_missing_is_named(folder: Path) -> None:
    (folder / "b.safetensors").unlink()
    with pytest.raises(Problem, match="model_part_missing"):
        read_facts(folder)


def test_an_index_does_not_lead_out_of_the_folder(folder: Path) -> None:
    (folder / "model.safetensors.index.json").write_text(
        json.dumps({"weight_map": {"a": "../../etc/passwd"}})
    )
    with pytest.raises(Problem, match="model_not_a_file"):
        read_facts(folder)


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    assert folder_format(tmp_path) is None
    with pytest.raises(Problem, match="model_not_a_file"):
        read_facts(tmp_path)


def test_the_template_in_a_tokenizer_config(folder: Path) -> None:
    template = "{% if add_generation_prompt %}<think>{% endif %}"
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": template}))
    assert read_facts(folder).template.thinking == "always"
    several = [{"name": "tool_use", "template": ""}, {"name": "default", "template": template}]
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": several}))
    assert read_facts(folder).template.thinking == "always"


@pytest.mark.parametrize(
    ("part", "senses"), [("vision_config", (True, False)), ("audio_config", (False, True))]
)
def test_what_it_sees_and_hears_stands_in_its_configuration(
    folder: Path, part: str, senses: tuple[bool, bool]
) -> None:
    assert not read_facts(folder).template.images
    for config in ({**CONFIG, part: {"depth": 2}}, {"thinker_config": {**CONFIG, part: {"depth": 2}}}):
        (folder / "config.json").write_text(json.dumps(config))
        template = read_facts(folder).template
        assert (template.images, template.audio) == senses


def test_a_cut_file(folder: Path) -> None:
    path = folder / "a.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Problem, match="model_truncated"):
        read_facts(folder)


def test_mutated_headers_end_in_tensors_or_one_problem() -> None:
    good = json.dumps(
        {"w": {"dtype": "F16", "shape": [4, 4], "data_offsets": [0, 32]}, "__metadata__": {"a": "b"}}
    )
    chance = random.Random(5)
    for _ in range(5_000):
        data = bytearray(good.encode())
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(data))
            data[place : place + chance.randint(0, 2)] = chance.choice(
                (b"9", b"-", b"[", b"}", b'"', b"\xff", b"1e9")
            )
        with contextlib.suppress(Problem):
            parse_tensors(bytes(data), 32, "m")


@pytest.mark.parametrize(
    "config",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 100_000,
        b'{"text_config": 3, "num_hidden_layers": -5}',
        b'{"num_hidden_layers": 1e99, "layer_types": 7}',
    ],
)
def test_a_config_of_nonsense(folder: Path, config: bytes) -> None:
    (folder / "config.json").write_bytes(config)
    with contextlib.suppress(Problem):
        assert read_facts(folder).layers == 0


def test_an_onnx_folder(tmp_path: Path) -> None:
    folder = tmp_path / "cpu-int4"
    folder.mkdir()
    decoder = {"filename": "model.onnx", "head_size": 64, "hidden_size": 256, "num_attention_heads": 4}
    decoder |= {"num_key_value_heads": 2, "num_hidden_layers": 3}
    model = {"type": "qwen3", "context_length": 2048, "vocab_size": 1024, "decoder": decoder}
    (folder / "genai_config.json").write_text(json.dumps({"model": model}))
    with pytest.raises(Problem, match="model_part_missing"):
        read_facts(folder)
    (folder / "model.onnx").write_bytes(b"x" * 10)
    (folder / "model.onnx.data").write_bytes(b"x" * 90)
    facts = read_facts(folder)
    assert (facts.format, facts.size_bytes, facts.quantization.name) == ("onnx", 100, "INT4")
    assert (facts.attention.kv_heads, facts.context) == ((2, 2, 2), 2048)
    assert folder_format(folder) == "onnx"
    shutil.rmtree(folder)
    with pytest.raises(Problem):
        read_facts(folder)
