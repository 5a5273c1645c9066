"""The estimate for PyTorch: weights and caches are what the engine really holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from fakes import quantized_safetensors, tiny_safetensors
from qwendesk.models.facts import Facts
from qwendesk.models.memory.estimate import estimate
from qwendesk.models.memory.parts import Companions, Host
from qwendesk.models.reading import read_facts


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_safetensors.write_tiny(tmp_path_factory.mktemp("tiny") / "m", context=2048)


@pytest.fixture(scope="module")
def facts(folder: Path) -> Facts:
    return read_facts(folder)


@pytest.mark.parametrize(
    ("options", "exact"),
    [
        ({"dtype": "float32"}, True),
        ({"dtype": "bfloat16"}, True),
        ({"quantization": "int8"}, False),
        ({"quantization": "nf4"}, False),
    ],
)
def test_weights_and_cache_are_those_of_the_engine(
    folder: Path, facts: Facts, options: dict[str, Any], exact: bool
) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("bitsandbytes")
    from fakes.generating import GREEDY, collect
    from qwendesk.api.engine import EngineRequest, ModelFiles
    from qwendesk_transformers.engine import TransformersEngine, caches
    from qwendesk_transformers.options import TransformersOptions

    given = {"context": 512, "slots": 1, "threads": 1, **options}
    engine = TransformersEngine()
    report = engine.load(ModelFiles(str(folder), "safetensors"), TransformersOptions(**given), lambda _: None)
    found = estimate(facts, "transformers", given)
    weights = report.options["weight_bytes"]
    if exact:
        assert found.bytes_of("weights") == pytest.approx(
            weights, rel=0.002
        )  # it counts tables of angles, too
    else:  # on a processor quantized weights take more than their own size
        assert weights <= found.bytes_of("weights") <= 2.2 * weights
    prompt = tuple(range(100, 200)) * 5
    collect(engine, EngineRequest(prompt[:500], GREEDY, max_tokens=11, logit_bias={257: -1e9, 266: -1e9}))
    loaded = engine._loaded
    assert loaded is not None
    (sequence,) = loaded.scheduler._placing.free
    per_token = found.bytes_of("cache") / 512
    assert caches.size(sequence.cache) == pytest.approx(per_token * len(sequence), rel=0.01)
    engine.close()


def test_more_conversations_may_take_more_but_do_not_at_once(facts: Facts) -> None:
    one, four = (estimate(facts, "transformers", {"context": 1024, "slots": count}) for count in (1, 4))
    assert one.bytes_of("cache") == four.bytes_of("cache")
    assert four.limit - four.bytes_of("weights") > one.limit - one.bytes_of("weights")


def test_float32_is_left_where_it_would_not_fit(facts: Facts) -> None:
    elements = sum(one.elements for one in facts.tensors)
    roomy = estimate(facts, "transformers", {}, Host(free=100 * elements))
    short = estimate(facts, "transformers", {}, Host(free=4 * elements))
    assert roomy.bytes_of("weights") == 2 * short.bytes_of("weights")


def test_a_card_takes_weights_and_cache(facts: Facts) -> None:
    there = estimate(facts, "transformers", {}, Host(gpu=True))
    assert there.on("gpu") > 0
    assert {one.id for one in there.parts if one.device == "cpu"} == {"overhead"}
    stays = estimate(facts, "transformers", {"device": "cpu"}, Host(gpu=True))
    assert stays.on("gpu") == 0


def test_fp8_weights_take_two_bytes_where_nothing_computes_with_them(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from qwendesk.api.engine import ModelFiles
    from qwendesk_transformers.engine import TransformersEngine
    from qwendesk_transformers.options import TransformersOptions

    folder = quantized_safetensors.write_fp8(tmp_path / "m")
    read = read_facts(folder)
    engine = TransformersEngine()
    chosen = TransformersOptions(device="cpu", threads=1, slots=1)
    report = engine.load(ModelFiles(str(folder), "safetensors"), chosen, lambda _: None)
    engine.close()
    found = estimate(read, "transformers", {"device": "cpu"}, Host(free=1 << 40)).bytes_of("weights")
    assert found == pytest.approx(report.options["weight_bytes"], rel=0.002)
    on_card = estimate(read, "transformers", {}, Host(gpu=True))
    assert on_card.bytes_of("weights") == found
    kept = estimate(read, "transformers", {}, Host(gpu=True, fp8=True)).bytes_of("weights")
    (small,) = (one for one in read.tensors if one.name == "model.layers.0.mlp.down_proj.weight")
    assert found - kept == pytest.approx(
        sum(one.elements for one in read.tensors if one.type == small.type), rel=0.01
    )


@pytest.mark.parametrize("method", ["gptq", "awq"])
def test_packed_weights_take_what_they_take_in_the_file(tmp_path: Path, method: str) -> None:
    folder = quantized_safetensors.write_packed(tmp_path / "m", method)
    stored = sum(one.nbytes for one in load_file(folder / "model.safetensors").values())
    found = estimate(read_facts(folder), "transformers", {}, Host(free=1 << 40)).bytes_of("weights")
    assert found == stored  # its numbers that are not packed have 16 bits, too


def test_a_draft_model_is_counted_with_its_own_cache(folder: Path, facts: Facts) -> None:
    torch = pytest.importorskip("torch")
    import transformers

    def found(host: Host | None = None, **options: Any) -> int:
        given = {"draft": "model", "quantization": "nf4", "context": 512, "slots": 4, **options}
        return estimate(facts, "transformers", given, host, Companions(draft=facts)).bytes_of("draft")

    model = transformers.AutoModelForCausalLM.from_pretrained(str(folder), dtype=torch.float32)
    alone = estimate(facts, "transformers", {"context": 512, "dtype": "float32", "slots": 1})
    assert alone.bytes_of("weights") == pytest.approx(model.get_memory_footprint(), rel=0.002)
    assert found(dtype="float32") == alone.total - alone.bytes_of("overhead")
    assert found(draft="ngram") == 0
    assert found(dtype="float32", context=1024) - found(dtype="float32") == alone.bytes_of("cache")
    card = estimate(facts, "transformers", {"draft": "model"}, Host(gpu=True), Companions(draft=facts))
    assert card.on("cpu") == card.bytes_of("overhead")
    roomy, short = (
        found(Host(free=free), quantization="none") for free in (1 << 40, 8 * alone.bytes_of("weights") // 5)
    )
    assert roomy > short  # beside the large one float32 would not fit


@given(
    st.fixed_dictionaries(
        {
            "context": st.one_of(st.none(), st.integers(-5, 1 << 40), st.text(max_size=3)),
            "slots": st.one_of(st.none(), st.integers(-5, 1000), st.booleans()),
            "dtype": st.one_of(st.none(), st.sampled_from(["auto", "float32", "bfloat16", "nonsense"])),
            "quantization": st.one_of(st.none(), st.sampled_from(["none", "int8", "nf4", "x"])),
            "chunk": st.one_of(st.none(), st.integers(-5, 1 << 20)),
        }
    ),
    st.booleans(),
)
def test_whatever_a_form_says_there_is_an_estimate(options: dict[str, Any], gpu: bool) -> None:
    for facts in (
        Facts(format="safetensors"),
        Facts(format="safetensors", layers=3, embedding=64, context=100),
    ):
        found = estimate(facts, "transformers", options, Host(gpu=gpu))
        assert found.total >= 0
        assert found.limit >= found.total
