"""A checkpoint that cannot be converted says why, before anything is written; a broken one never breaks us."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from gguf import GGUFReader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes import checkpoint_bytes as checkpoint
from fakes.checkpoint_bytes import Change
from qwendesk.api.problem import Problem
from qwendesk.words.problems import word
from qwendesk_llamacpp.jobs.convert import run
from qwendesk_llamacpp.jobs.convert.config import Config
from qwendesk_llamacpp.jobs.convert.header import parse_header
from qwendesk_llamacpp.jobs.convert.tokenizer import parse_vocabulary

Given = TypeVar("Given")
UNTIMED = settings(deadline=None)
LAYER = "model.layers.0."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return checkpoint.write(tmp_path / "it")


def convert(folder: Path, kind: str = "F16") -> Path:
    target = folder.parent / "made.gguf.part"
    run({"source": str(folder), "target": str(target), "type": kind}, lambda _: None)
    return target


def refusal(folder: Path, kind: str = "F16") -> Problem:
    """What is said; every one of them has a sentence with all that it names."""
    with pytest.raises(Problem) as caught:
        convert(folder, kind)
    sentence = word(caught.value.note())
    assert sentence.what.endswith(".")
    assert "{" not in sentence.what + sentence.next
    return caught.value


def test_what_is_whole_is_converted(folder: Path) -> None:
    assert len(GGUFReader(convert(folder)).tensors) == 13


def set_field(name: str, value: Any) -> Change:
    return lambda told: told.__setitem__(name, value)


@pytest.mark.parametrize(
    ("by", "id", "argument"),
    [
        (set_field("architectures", ["Qwen9ForCausalLM"]), "convert_architecture", ("name", "Qwen9ForCausalLM")),
        (set_field("architectures", None), "convert_architecture", ("name", "qwen3")),
        (set_field("quantization_config", {"quant_method": "gptq"}), "convert_quantized", ("method", "gptq")),
        (set_field("quantization_config", {"quant_method": "awq"}), "convert_quantized", ("method", "awq")),
        (
            set_field("quantization_config", {"quant_method": "bitsandbytes"}),
            "convert_quantized",
            ("method", "bitsandbytes"),
        ),
        (set_field("hidden_size", "many"), "convert_config", ("field", "hidden_size")),
        (set_field("num_hidden_layers", 10**8), "convert_config", ("field", "num_hidden_layers")),
        (set_field("vocab_size", 10**9), "convert_config", ("field", "vocab_size")),
        (set_field("rms_norm_eps", None), "convert_config", ("field", "rms_norm_eps")),
        (set_field("rope_parameters", {}), "convert_config", ("field", "rope_theta")),
        (
            set_field("rope_parameters", {"rope_type": "longrope", "rope_theta": 1e6}),
            "convert_rope",
            ("kind", "longrope"),
        ),
        (set_field("num_hidden_layers", 2), "convert_tensor_missing", ("tensor", "blk.1.attn_norm.weight")),
        (set_field("tie_word_embeddings", False), "convert_tensor_missing", ("tensor", "output.weight")),
        (set_field("vocab_size", 100), "convert_tensor_shape", ("shape", "3072 × 32")),
    ],
)  # fmt: skip
def test_a_configuration_that_does_not_fit(
    folder: Path, by: Change, id: str, argument: tuple[str, str]
) -> None:
    checkpoint.change(folder / "config.json", by)
    problem = refusal(folder)
    assert (problem.id, problem.arguments[argument[0]]) == (id, argument[1])


def drop(weights: dict[str, Any]) -> None:
    del weights[LAYER + "mlp.up_proj.weight"]


def add(weights: dict[str, Any]) -> None:
    weights[LAYER + "self_attn.o_proj.bias"] = np.ones(32, np.float32)


def integers(weights: dict[str, Any]) -> None:
    weights[LAYER + "mlp.up_proj.weight"] = np.ones((32, 32), np.int8)


def too_large(weights: dict[str, Any]) -> None:
    weights[LAYER + "mlp.up_proj.weight"] = np.full((32, 32), 1e6, np.float32)


def not_a_number(weights: dict[str, Any]) -> None:
    weights["model.norm.weight"] = np.full(32, np.nan, np.float32)


@pytest.mark.parametrize(
    ("by", "id"),
    [
        (drop, "convert_tensor_missing"),
        (add, "convert_tensor_unknown"),
        (integers, "convert_dtype"),
        (too_large, "convert_overflow"),
        (not_a_number, "convert_not_finite"),
    ],
)
def test_weights_that_do_not_fit(folder: Path, by: Change, id: str) -> None:
    checkpoint.change_weights(folder, by)
    assert refusal(folder).id == id


def test_what_is_too_large_for_f16_fits_into_bf16(folder: Path) -> None:
    checkpoint.change_weights(folder, too_large)
    assert convert(folder, "BF16").stat().st_size > 3072 * 64


def eight_bits(weights: dict[str, Any]) -> None:
    weights[LAYER + "mlp.up_proj.weight"] = np.ones((32, 32), np.uint8)


def wrong_scale(weights: dict[str, Any]) -> None:
    eight_bits(weights)
    weights[LAYER + "mlp.up_proj.weight_scale_inv"] = np.ones((2, 1), np.float32)


def test_eight_bits_without_their_scale_are_refused(folder: Path) -> None:
    checkpoint.change_weights(folder, eight_bits, U8="F8_E4M3")
    problem = refusal(folder)
    assert problem.id == "convert_tensor_missing"
    assert str(problem.arguments["tensor"]).endswith("up_proj.weight_scale_inv")


def test_a_scale_of_another_size_is_refused(folder: Path) -> None:
    checkpoint.change_weights(folder, wrong_scale, U8="F8_E4M3")
    assert refusal(folder).arguments["expected"] == "1 × 1"


def tokenizer_type(told: dict[str, Any]) -> None:
    told["model"]["type"] = "Unigram"


def other_splitter(told: dict[str, Any]) -> None:
    told["pre_tokenizer"]["pretokenizers"][0]["pattern"] = {"Regex": r"\w+|\s+"}


def no_letters_for_bytes(told: dict[str, Any]) -> None:
    told["pre_tokenizer"] = {"type": "Metaspace"}


def small_letters(told: dict[str, Any]) -> None:
    told["normalizer"] = {"type": "Lowercase"}


def token_outside(told: dict[str, Any]) -> None:
    told["model"]["vocab"]["zz"] = 99_999


def broken_merge(told: dict[str, Any]) -> None:
    told["model"]["merges"][3] = ["a"]


def half_a_letter(told: dict[str, Any]) -> None:
    told["added_tokens"][0]["content"] = "\ud800"


@pytest.mark.parametrize(
    ("by", "id"),
    [
        (tokenizer_type, "convert_tokenizer"),
        (other_splitter, "convert_tokenizer"),
        (no_letters_for_bytes, "convert_tokenizer"),
        (small_letters, "convert_tokenizer"),
        (token_outside, "convert_tokenizer"),
        (broken_merge, "convert_tokenizer"),
        (half_a_letter, "convert_metadata"),
    ],
)
def test_a_tokenizer_of_another_kind(folder: Path, by: Change, id: str) -> None:
    checkpoint.change(folder / "tokenizer.json", by)
    assert refusal(folder).id == id


def test_a_folder_without_a_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    assert refusal(folder).id == "convert_tokenizer"


def test_a_folder_without_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    assert refusal(folder).id == "model_not_a_file"


def test_a_part_that_is_not_there(folder: Path) -> None:
    index = {"weight_map": {"model.norm.weight": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    problem = refusal(folder)
    assert (problem.id, problem.arguments["part"]) == (
        "model_part_missing",
        "model-00002-of-00002.safetensors",
    )


def test_an_index_does_not_lead_out_of_its_folder(folder: Path) -> None:
    index = {"weight_map": {"model.norm.weight": "../it/model.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert refusal(folder).id == "model_part_missing"


def test_a_tensor_that_the_index_promises(folder: Path) -> None:
    index = {"weight_map": {"model.more.weight": "model.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert refusal(folder).arguments["tensor"] == "model.more.weight"


def test_a_file_that_is_cut_short(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    assert refusal(folder).id == "model_truncated"


def test_a_type_that_is_not_written(folder: Path) -> None:
    assert refusal(folder, "Q4_K").id == "convert_type"


def test_a_place_that_cannot_be_written(folder: Path) -> None:
    (folder.parent / "made.gguf.part").mkdir()
    assert refusal(folder).id == "target_unwritable"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_named(folder: Path) -> None:
    with pytest.raises(Problem) as caught:
        run({"source": str(folder), "target": "/dev/full", "type": "F16"}, lambda _: None)
    assert caught.value.id == "disk_full"


def test_a_card_that_makes_no_sense_stops_nothing(folder: Path) -> None:
    (folder / "README.md").write_text("---\nlicense: [\n---\n")
    assert convert(folder).stat().st_size > 0


def test_settings_that_gguf_cannot_hold_are_named(folder: Path) -> None:
    (folder / "generation_config.json").write_text('{"top_k": 99999999999}')
    assert refusal(folder).id == "convert_metadata"


def tried(work: Callable[[], Given]) -> Given | Problem:
    """What the work gives, or the Problem that it refuses with."""
    try:
        return work()
    except Problem as problem:
        return problem


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
ENTRY = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F32", "BF16", "F8_E4M3", "I64", ""]) | JSON,
        "shape": st.lists(st.integers(-1, 9), max_size=4) | JSON,
        "data_offsets": st.lists(st.integers(-1, 400), min_size=2, max_size=2) | JSON,
    }
)


@UNTIMED
@given(st.dictionaries(st.text(max_size=9), ENTRY | JSON, max_size=4))
def test_a_header_is_true_or_refused(told: dict[str, Any]) -> None:
    data = json.dumps(told).encode()
    size = len(data) + 8 + 300
    found = tried(lambda: parse_header(data, size, Path("x.safetensors")))
    if isinstance(found, Problem):
        assert found.id in ("model_header_broken", "model_truncated")
    else:
        assert all(8 + len(data) <= one.offset <= one.offset + one.size <= size for one in found)


@UNTIMED
@given(st.binary(max_size=200))
def test_bytes_that_are_no_header_are_refused(data: bytes) -> None:
    found = tried(lambda: parse_header(data, 8 + len(data), Path("x.safetensors")))
    if isinstance(found, Problem):
        assert found.id in ("model_header_broken", "model_truncated")
    else:
        assert all(one.size == 0 for one in found)


KEYS = ["type", "vocab", "merges", "model", "normalizer", "pre_tokenizer", "pretokenizers", "pattern", "Regex",
        "added_tokens", "content", "id", "special"]  # fmt: skip


@UNTIMED
@given(st.dictionaries(st.sampled_from(KEYS), JSON), st.sampled_from(KEYS), st.sampled_from(KEYS), JSON)
def test_a_tokenizer_is_understood_or_refused(told: Any, outer: str, inner: str, value: Any) -> None:
    whole = json.loads((checkpoint.HF / "tokenizer.json").read_text())
    for target in (whole, whole["model"], whole["pre_tokenizer"], whole["added_tokens"][3]):
        target.update({outer: value, inner: told})
        made = tried(lambda: parse_vocabulary(whole, 3072, Path("tokenizer.json")))
        if isinstance(made, Problem):
            assert made.id == "convert_tokenizer"
        else:
            assert len(made.tokens) == len(made.kinds) == 3072


FIELDS = ["architectures", "text_config", "rope_parameters", "rope_scaling", "rope_theta", "head_dim", "vocab_size",
          "num_key_value_heads", "quantization_config", "tie_word_embeddings", "max_position_embeddings",
          "eos_token_id", "intermediate_size", "rms_norm_eps"]  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON, min_size=1, max_size=3))
def test_a_configuration_is_understood_or_refused(told: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = checkpoint.write(Path(place) / "it")
        checkpoint.change(folder / "config.json", lambda config: config.update(told))
        made = tried(lambda: convert(folder))
        if isinstance(made, Problem):
            assert word(made.note()).what.endswith(".")
        else:
            assert GGUFReader(made).tensors


def test_fields_of_the_text_model_go_first() -> None:
    config = Config(
        {"hidden_size": 1, "vocab_size": 7, "text_config": {"hidden_size": 2}}, Path("config.json")
    )
    assert (config.number("hidden_size"), config.number("vocab_size")) == (2, 7)
