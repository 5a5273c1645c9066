"""The memory estimate: exact where llama.cpp tells its buffers, and sane whatever a file or a form says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.hybrid_gguf import write_hybrid
from fakes.tiny_gguf import write_tiny
from qwendesk.models.facts import Attention, Experts, Facts, Recurrent, Tensor
from qwendesk.models.memory.cache import BLOCKS, padded, row_bytes, state_bytes
from qwendesk.models.memory.estimate import estimate
from qwendesk.models.memory.fit import Room, fit, judge
from qwendesk.models.memory.history import Measurement, StoredMeasurements, running_error
from qwendesk.models.memory.parts import Companions, Host
from qwendesk.models.reading import read_facts
from qwendesk.store.connection import Store
from qwendesk.store.loads import LoadRows
from qwendesk.system.processor import features

TESTS = Path(__file__).parents[1]
MIB = 1 << 20
F16, Q4_0, Q8_0 = 1, 2, 8
RUNTIMES = ("llamacpp", "llamaserver")


def buffers(model: Path, *numbers: int) -> dict[str, float]:
    """What llama.cpp itself says, in MiB."""
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: it needs a compiler")
    command = [sys.executable, "-m", "fakes.llama_buffers", str(model), *map(str, numbers)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True, timeout=60)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(("kind", "number"), [("f16", F16), ("q8_0", Q8_0), ("q4_0", Q4_0)])
@pytest.mark.parametrize(("context", "slots"), [(1000, 3), (2048, 1)])
def test_the_cache_is_what_llama_cpp_takes(
    tmp_path: Path, kind: str, number: int, context: int, slots: int
) -> None:
    model = write_tiny(tmp_path / "tiny.gguf")
    told = buffers(model, context * slots, slots, number, -1, 0)
    options = {"context": context, "slots": slots, "cache_type_k": kind, "cache_type_v": kind}
    found = estimate(read_facts(model), "llamacpp", options)
    assert found.bytes_of("cache") / MIB == pytest.approx(told["KV"], abs=0.006)
    row = 34 if kind == "q8_0" else 18 if kind == "q4_0" else 64
    assert found.bytes_of("cache") == 2 * told["cells"] * slots * 2 * row


@pytest.mark.parametrize(("draft", "snapshots"), [("off", 0), ("ngram", 8)])
@pytest.mark.parametrize("slots", [1, 4])
def test_the_recurrent_state_is_what_llama_cpp_takes(
    tmp_path: Path, draft: str, snapshots: int, slots: int
) -> None:
    model = write_hybrid(tmp_path / "hybrid.gguf")
    told = buffers(model, 1024 * slots, slots, F16, -1, snapshots)
    options = {"context": 1024, "slots": slots, "draft": draft, "draft_max": 8}
    found = estimate(read_facts(model), "llamacpp", options)
    assert found.bytes_of("state") / MIB == pytest.approx(told["RS"], abs=0.006)
    assert found.bytes_of("cache") / MIB == pytest.approx(told["KV"], abs=0.006)
    # 3 layers × ((4 - 1) × (128 + 2 × 2 × 32) + 32 × 128) × 4 bytes
    assert found.bytes_of("state") == 3 * (3 * 256 + 4096) * 4 * slots * (1 + snapshots)


def test_the_weights_are_what_llama_cpp_maps(tmp_path: Path, seedling: Path) -> None:
    for model in (write_tiny(tmp_path / "tiny.gguf"), write_hybrid(tmp_path / "hybrid.gguf"), seedling):
        told = buffers(model, 256, 1, F16, -1, 0)
        weights = estimate(read_facts(model), "llamacpp", {}).bytes_of("weights")
        assert weights / MIB == pytest.approx(told["CPU_Mapped"], abs=0.01)


QUANTIZE = """
import ctypes, os, sys, llama_cpp as llama
settings = llama.llama_model_quantize_default_params()
settings.ftype, settings.nthread = llama.LLAMA_FTYPE_MOSTLY_Q4_0, 1
sys.exit(llama.llama_model_quantize(*map(os.fsencode, sys.argv[1:]), ctypes.byref(settings)))
"""


def test_second_copies_are_what_llama_cpp_makes(tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: it needs a compiler")
    full, small = write_hybrid(tmp_path / "f16.gguf"), tmp_path / "q4_0.gguf"
    subprocess.run([sys.executable, "-c", QUANTIZE, full, small], capture_output=True, check=True, timeout=60)
    told = buffers(small, 256, 1, F16, -1, 0)
    found = estimate(read_facts(small), "llamacpp", {}, Host(features()))
    assert found.bytes_of("repacked") / MIB == pytest.approx(told.get("CPU_REPACK", 0), abs=0.006)
    assert found.bytes_of("weights") / MIB == pytest.approx(told["CPU_Mapped"], abs=0.01)


def test_rows_and_cells_come_in_blocks() -> None:
    assert [padded(one) for one in (0, 1, 256, 257)] == [0, 256, 256, 512]
    assert [row_bytes(kind, 128) for kind in ("f32", "f16", "q8_0", "q4_0")] == [512, 256, 136, 72]
    assert row_bytes("of tomorrow", 128) == 256
    assert row_bytes("q8_0", 33) == 68
    assert state_bytes(Recurrent((0,), 4, 4096, 128, 16, 32)) == 4 * (3 * 8192 + 128 * 4096)


def test_unset_options_are_what_the_runtimes_make_of_them(tmp_path: Path) -> None:
    facts = read_facts(write_tiny(tmp_path / "tiny.gguf", context=40_960))
    cpp, server = (estimate(facts, one) for one in RUNTIMES)
    assert (cpp.context, cpp.slots) == (server.context, server.slots) == (8192, 4)
    assert cpp.bytes_of("compute") > server.bytes_of("compute"), "512 tokens at once, not 256"
    assert estimate(facts, "llamacpp", {"context": 99_999}).context == 40_960
    stretched = {"context": 99_999, "rope_scaling": "yarn", "rope_scale": 4.0}
    assert estimate(facts, "llamacpp", stretched).context == 99_999
    assert estimate(replace(facts, context=0), "llamacpp").context == 4096


def test_layers_move_to_a_card_and_nothing_is_lost(tmp_path: Path) -> None:
    facts = read_facts(write_tiny(tmp_path / "tiny.gguf", layers=4))
    host = Host(gpu=True)
    kept = [
        estimate(facts, "llamacpp", {"gpu_layers": n, "mmap": False}, host).bytes_of("weights")
        for n in (0, 2, 4)
    ]
    assert kept == [facts.tensor_bytes] * 3
    cards = [estimate(facts, "llamacpp", {"gpu_layers": n}, host).on("gpu") for n in range(6)]
    assert cards[0] == 0
    assert cards == sorted(cards)
    mains = [estimate(facts, "llamacpp", {"gpu_layers": n}, host).total for n in range(1, 6)]
    assert mains == sorted(mains, reverse=True)
    assert estimate(facts, "llamacpp", {"gpu_layers": 5}).on("gpu") == 0, "there is no card"


def test_some_types_have_a_second_copy_where_the_processor_likes_it() -> None:
    tensors = (
        Tensor("token_embd.weight", "Q6_K", (256, 100), 21_000),
        Tensor("blk.0.ffn_up.weight", "Q4_K", (256, 512), 73_728, 0),
        Tensor("blk.0.ffn_down.weight", "Q4_K", (256, 511), 73_584, 0),
        Tensor("output_norm.weight", "F32", (256,), 1024),
    )
    facts = Facts("gguf", layers=1, tensors=tensors)
    plain = estimate(facts, "llamacpp")
    fast = estimate(facts, "llamacpp", host=Host(frozenset({"avx2"})))
    assert plain.bytes_of("repacked") == 0
    assert fast.bytes_of("repacked") == 73_728
    assert fast.bytes_of("weights") == plain.bytes_of("weights") == facts.tensor_bytes
    copied = estimate(facts, "llamacpp", {"mmap": False}, Host(frozenset({"avx2"})))
    assert copied.bytes_of("repacked") + copied.bytes_of("weights") == facts.tensor_bytes


def test_what_is_loaded_beside_it_counts(tmp_path: Path) -> None:
    facts = read_facts(write_tiny(tmp_path / "tiny.gguf"))
    beside = Companions(projector=facts, draft=facts, adapter_bytes=1000)
    found = estimate(facts, "llamacpp", {"draft": "model"}, companions=beside)
    assert found.bytes_of("projector") == facts.tensor_bytes
    assert found.bytes_of("adapters") == 1000
    assert found.bytes_of("draft") > facts.tensor_bytes
    assert estimate(facts, "llamacpp", {}, companions=beside).bytes_of("draft") == 0


def test_a_runtime_that_nobody_knows(tmp_path: Path) -> None:
    facts = read_facts(write_tiny(tmp_path / "tiny.gguf"))
    assert estimate(facts, "of tomorrow") == estimate(facts, "llamacpp")
    plain = estimate(replace(facts, format="safetensors"), "of tomorrow", {"context": 100})
    assert plain.bytes_of("weights") == facts.tensor_bytes
    assert plain.bytes_of("cache") == 2 * 100 * 128


counts = st.one_of(st.integers(0, 64), st.integers(0, 1 << 64))
facts_of_anything = st.builds(
    Facts,
    format=st.sampled_from(["gguf", "safetensors", "onnx"]),
    architecture=st.sampled_from(["qwen3", "qwen35", "gemma3", ""]),
    layers=st.integers(0, 64),
    embedding=counts,
    feed_forward=counts,
    context=counts,
    vocabulary=counts,
    tied_embeddings=st.booleans(),
    attention=st.builds(
        Attention,
        heads=counts,
        kv_heads=st.lists(counts, max_size=8).map(tuple),
        layers=st.lists(st.integers(0, 100), max_size=8).map(tuple),
        key_size=counts,
        value_size=counts,
        window=counts,
        window_layers=st.lists(st.integers(0, 8), max_size=4).map(tuple),
    ),
    recurrent=st.none()
    | st.builds(
        Recurrent,
        layers=st.lists(st.integers(0, 100), max_size=8).map(tuple),
        conv_kernel=counts,
        inner_size=counts,
        state_size=counts,
        group_count=counts,
    ),
    experts=st.none() | st.builds(Experts, count=counts, used=counts, feed_forward=counts),
    tensors=st.lists(
        st.builds(
            Tensor,
            name=st.sampled_from(["token_embd.weight", "output.weight", "blk.0.attn_q.weight", "x"]),
            type=st.sampled_from(["F32", "Q4_K", "Q8_0", "type 77"]),
            shape=st.lists(counts, max_size=4).map(tuple),
            bytes=counts,
            block=st.none() | st.integers(0, 70),
        ),
        max_size=6,
    ).map(tuple),
)
anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
names = (
    "context",
    "slots",
    "batch",
    "ubatch",
    "gpu_layers",
    "draft",
    "draft_max",
    "cache_type_k",
    "rope_scale",
)
options_of_anything = st.dictionaries(
    st.sampled_from((*names, "mmap", "rope_scaling", "prompt_cache")), anything
)
hosts = st.builds(Host, st.sets(st.sampled_from(["avx2", "i8mm"])).map(frozenset), st.booleans())


@given(facts_of_anything, st.sampled_from((*RUNTIMES, "other")), options_of_anything, hosts)
def test_whatever_a_file_and_a_form_say_there_is_an_estimate(
    facts: Facts, runtime: str, options: dict[str, Any], host: Host
) -> None:
    found = estimate(facts, runtime, options, host)
    assert all(0 <= one.bytes <= one.limit and one.formula for one in found.parts)
    assert found.total + found.on("gpu") == sum(one.bytes for one in found.parts)
    assert found.limit >= found.total
    room = Room(1 << 34, 1 << 32 if host.gpu else 0)
    judging = partial(fit, facts, lambda changed: estimate(facts, runtime, changed, host), room=room)
    judged = judging(options)
    for one in judged.suggestions:
        changed = judging({**options, **one.options})
        assert changed.verdict != "too_big"
        assert one.needed == changed.estimate.total


sizes = st.integers(1, 40_960)


@given(sizes, sizes, st.integers(1, 8), st.integers(1, 8), st.sampled_from(RUNTIMES))
def test_more_context_and_more_slots_never_take_less(
    one: int, other: int, few: int, many: int, runtime: str
) -> None:
    facts = Facts(
        "gguf",
        architecture="qwen3",
        layers=2,
        embedding=64,
        feed_forward=128,
        context=40_960,
        vocabulary=1000,
        attention=Attention(2, (1, 1), (0, 1), 32, 32),
    )
    (short, long), (few, many) = sorted((one, other)), sorted((few, many))

    def total(context: int, slots: int, kind: str = "f16") -> int:
        options = {"context": context, "slots": slots, "cache_type_k": kind, "cache_type_v": kind}
        return estimate(facts, runtime, options).total

    assert total(short, few) <= total(long, few) <= total(long, many)
    by_width = sorted(BLOCKS, key=lambda kind: row_bytes(kind, 32))
    totals = [total(long, many, kind) for kind in by_width]
    assert totals == sorted(totals)


def test_a_margin_is_kept() -> None:
    assert judge(2000 * MIB, 2355 * MIB) == "too_big"
    assert judge(2000 * MIB, 2357 * MIB) == "tight"
    assert judge(2000 * MIB, 3225 * MIB) == "fits"
    assert [judge(100 * MIB, free * MIB) for free in (129, 131, 211)] == ["too_big", "tight", "fits"]


def test_what_would_fit_is_offered(tmp_path: Path) -> None:
    facts = read_facts(write_tiny(tmp_path / "tiny.gguf", context=1 << 20, layers=16))

    def offered(available: int, **options: Any) -> list[dict[str, Any]]:
        chosen = {"slots": None, "cache_type_k": "f16", "cache_type_v": "f16", **options}
        found = fit(facts, lambda changed: estimate(facts, "llamacpp", changed), chosen, Room(available))
        assert found.verdict == "too_big"
        return [dict(one.options) for one in found.suggestions]

    small = {"cache_type_k": "q8_0", "cache_type_v": "q8_0"}
    assert offered(4000 * MIB, context=1 << 20, slots=2) == [{"slots": 1}, small, {"context": 1 << 19}]
    assert offered(3200 * MIB, context=1 << 20, slots=1) == [small, {"context": 1 << 19}]
    assert offered(2000 * MIB, context=1 << 20, slots=2) == [{"context": 1 << 18}]
    assert offered(350 * MIB, context=1 << 20, slots=64) == [{"slots": 1, **small, "context": 1 << 16}]
    assert offered(20 * MIB, context=1 << 20) == [], "not even the smallest"
    nameless = fit(facts, lambda changed: estimate(facts, "llamacpp", changed), {}, Room(350 * MIB))
    assert nameless.suggestions == (), "the runtime has none of these options"


def test_the_running_error_is_the_median(tmp_path: Path) -> None:
    store = Store(tmp_path / "home.sqlite")
    kept = StoredMeasurements(LoadRows(store))
    assert running_error(kept) is None
    for at, measured in enumerate((100, 103, 90, 104)):
        kept.keep(Measurement(float(at), "/m.gguf", "llamacpp", "{}", 100, measured))
    assert [one.measured for one in kept.last(2)] == [104, 90]
    assert running_error(kept) == pytest.approx(0.035)
    assert running_error(kept, most=1) == pytest.approx(0.04)
    store.close()
