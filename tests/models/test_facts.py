"""Facts from whole files: what a memory model, a library and a person need to know."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.header_bytes import file
from fakes.hybrid_gguf import write_hybrid
from fakes.tiny_gguf import write_tiny
from fakes.vision_gguf import write_vision
from qwendesk.api.problem import Problem
from qwendesk.models.facts import Experts, Recurrent, Split
from qwendesk.models.reading import read_facts

Q5_0, Q8_0, Q4_K, Q6_K, Q4_K_M = 6, 8, 12, 14, 15


def test_the_bundled_model(seedling: Path) -> None:
    facts = read_facts(seedling)
    assert (facts.architecture, facts.layers, facts.embedding, facts.context) == ("qwen3", 4, 256, 2048)
    assert (facts.attention.heads, facts.attention.kv_heads, facts.attention.key_size) == (4, (2,) * 4, 64)
    assert (facts.quantization.name, facts.quantization.honest) == ("Q8_0", True)
    assert facts.vocabulary == 3072
    assert facts.tied_embeddings
    assert facts.size_bytes == seedling.stat().st_size
    assert 0 < facts.tensor_bytes < facts.size_bytes
    assert (facts.template.thinking, facts.template.tools) == ("switch", True)


def test_every_shape_of_the_same_model_tells_the_same(seedling: Path) -> None:
    gguf, folder = read_facts(seedling), read_facts(seedling.parent / "hf")
    for name in (
        "architecture",
        "layers",
        "embedding",
        "feed_forward",
        "vocabulary",
        "parameters",
        "attention",
    ):
        assert getattr(gguf, name) == getattr(folder, name), name
    assert sorted(one.shape for one in gguf.tensors) == sorted(one.shape for one in folder.tensors)


def test_a_hybrid_keeps_keys_and_values_in_one_layer_of_four(tmp_path: Path) -> None:
    facts = read_facts(write_hybrid(tmp_path / "h.gguf"))
    assert facts.attention.layers == (3,)
    assert facts.attention.kv_heads == (0, 0, 0, 2)
    assert facts.recurrent == Recurrent((0, 1, 2), 4, 128, 32, 2, 4)
    assert sum(facts.bytes_by_block().values()) == facts.tensor_bytes


def test_the_interval_stands_in_for_tensors_that_are_not_there(tmp_path: Path) -> None:
    keys = {"general.architecture": "qwen3next", "qwen3next.block_count": 9, "qwen3next.ssm.state_size": 128}
    keys |= {"qwen3next.attention.head_count_kv": 2, "qwen3next.nextn_predict_layers": 1}
    (tmp_path / "m.gguf").write_bytes(file(keys, {}))
    facts = read_facts(tmp_path / "m.gguf")
    assert (facts.layers, facts.mtp_layers, facts.attention.layers) == (8, 1, (3, 7))
    assert facts.recurrent is not None
    assert facts.recurrent.layers == (0, 1, 2, 4, 5, 6)


def test_an_eye_is_no_model(tmp_path: Path) -> None:
    files = write_vision(tmp_path, "qwen3-vl")
    eye = read_facts(files.projector)
    assert (eye.kind, eye.projector, eye.projects_to) == ("mmproj", "qwen3vl_merger", 64)
    assert read_facts(files.model).kind == "model"
    assert read_facts(files.model).template.images


def test_a_label_that_the_rows_do_not_bear_out(tmp_path: Path) -> None:
    """Qwen2.5-0.5B: rows of 896 are no multiple of 256, so its Q4_K_M is mostly Q5_0 and Q8_0."""
    keys = {"general.architecture": "qwen2", "general.file_type": Q4_K_M, "qwen2.block_count": 1}
    tensors = {
        "token_embd.weight": ((896, 1000), Q8_0, 896 * 1000 // 32 * 34),
        "blk.0.ffn_up.weight": ((896, 4864), Q5_0, 896 * 4864 // 32 * 22),
        "blk.0.ffn_gate.weight": ((896, 4864), Q5_0, 896 * 4864 // 32 * 22),
        "blk.0.ffn_down.weight": ((4864, 896), Q6_K, 896 * 4864 // 256 * 210),
    }
    (tmp_path / "m.gguf").write_bytes(file(keys, tensors))
    found = read_facts(tmp_path / "m.gguf").quantization
    assert (found.label, found.honest, found.name) == ("Q4_K_M", False, "Q5_0")
    assert found.bits_per_weight > 5.5


def test_a_mixture_is_what_its_label_means(tmp_path: Path) -> None:
    keys = {"general.architecture": "qwen3", "general.file_type": Q4_K_M, "qwen3.block_count": 1}
    tensors = {
        "blk.0.ffn_up.weight": ((1024, 3072), Q4_K, 1024 * 3072 // 256 * 144),
        "blk.0.ffn_down.weight": ((3072, 1024), Q6_K, 1024 * 3072 // 256 * 210),
    }
    (tmp_path / "m.gguf").write_bytes(file(keys, tensors))
    found = read_facts(tmp_path / "m.gguf").quantization
    assert (found.name, found.honest) == ("Q4_K_M", True)


def test_a_label_of_a_type_that_no_tensor_has(tmp_path: Path) -> None:
    keys = {"general.architecture": "qwen3", "general.file_type": Q4_K_M, "qwen3.block_count": 1}
    (tmp_path / "m.gguf").write_bytes(file(keys, {"blk.0.a.weight": ((256, 8), Q8_0, 256 * 8 // 32 * 34)}))
    found = read_facts(tmp_path / "m.gguf").quantization
    assert (found.name, found.label, found.honest) == ("Q8_0", "Q4_K_M", False)


def test_experts_and_what_a_token_reads(tmp_path: Path) -> None:
    keys: dict[str, object] = {"general.architecture": "qwen3moe", "qwen3moe.block_count": 1}
    keys |= {"qwen3moe.expert_count": 8, "qwen3moe.expert_used_count": 2}
    keys |= {"qwen3moe.expert_feed_forward_length": 64, "qwen3moe.expert_shared_feed_forward_length": 32}
    tensors = {
        "token_embd.weight": ((64, 100), 1, 64 * 100 * 2),
        "output.weight": ((64, 100), 1, 64 * 100 * 2),
        "blk.0.ffn_up_exps.weight": ((64, 64, 8), 1, 64 * 64 * 8 * 2),
    }
    (tmp_path / "m.gguf").write_bytes(file(keys, tensors))
    facts = read_facts(tmp_path / "m.gguf")
    assert facts.experts == Experts(8, 2, 1, 64, 32)
    assert facts.bytes_per_token == 64 * 100 * 2 + 64 * 64 * 2 * 2


def test_origin_and_pooling(tmp_path: Path) -> None:
    keys: dict[str, object] = {
        "general.architecture": "qwen3",
        "qwen3.block_count": 1,
        "qwen3.pooling_type": 4,
        "general.license": "apache-2.0",
        "general.quantized_by": "Unsloth",
        "general.base_model.count": 2,
        "general.base_model.0.repo_url": "https://huggingface.co/Qwen/Qwen3-Reranker-0.6B",
        "general.base_model.1.name": "Another",
    }
    (tmp_path / "m.gguf").write_bytes(file(keys, {}))
    facts = read_facts(tmp_path / "m.gguf")
    assert facts.pooling == "rank"
    assert facts.origin.base_models == ("Qwen/Qwen3-Reranker-0.6B", "Another")
    assert (facts.origin.licence, facts.origin.quantized_by) == ("apache-2.0", "Unsloth")


def split(folder: Path, present: tuple[int, ...]) -> Path:
    for one in present:
        keys: dict[str, object] = {"split.no": one - 1, "split.count": 3}
        if one == 1:
            keys |= {"general.architecture": "qwen3", "qwen3.block_count": 3}
        tensors = {f"blk.{one - 1}.attn_k.weight": ((64, 8), 1, 64 * 8 * 2)}
        (folder / f"big-{one:05}-of-00003.gguf").write_bytes(file(keys, tensors))
    return folder / "big-00001-of-00003.gguf"


def test_all_parts_together_are_one_model(tmp_path: Path) -> None:
    first = split(tmp_path, (1, 2, 3))
    facts = read_facts(first)
    assert (facts.split, len(facts.files), facts.parameters) == (Split(0, 3), 3, 3 * 64 * 8)
    assert facts.size_bytes == sum(one.stat().st_size for one in tmp_path.iterdir())
    assert read_facts(tmp_path / "big-00003-of-00003.gguf") == facts


def test_a_part_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"model_part_missing.*big-00002-of-00003") as caught:
        read_facts(split(tmp_path, (1, 3)))
    assert caught.value.arguments["part"] == "big-00002-of-00003.gguf"


def test_a_claim_of_endless_layers_costs_nothing(tmp_path: Path) -> None:
    keys: dict[str, object] = {"general.architecture": "qwen3", "qwen3.block_count": 2**32 - 1}
    (tmp_path / "m.gguf").write_bytes(file(keys, {}))
    assert read_facts(tmp_path / "m.gguf").layers <= 4096


def test_a_tiny_file_that_other_tests_use(tmp_path: Path) -> None:
    facts = read_facts(write_tiny(tmp_path / "t.gguf", layers=3))
    assert (facts.layers, facts.attention.layers, facts.quantization.name) == (3, (0, 1, 2), "F16")
