"""Sequences that join and leave a batch at any token, and what a card records: the numbers of a plain run."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes import tiny_safetensors

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

import transformers

from qwendesk_transformers.engine import attention, caches, replay, together
from qwendesk_transformers.engine.forward import Forward
from qwendesk_transformers.engine.sequence import Sequence

SIZE = 64
Script = list[tuple[list[int], int]]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tiny_safetensors.write_tiny(tmp_path_factory.mktemp("m") / "m")
    return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def opened(model: Any, count: int) -> tuple[Forward, list[Sequence]]:
    make = partial(caches.empty, model.config, SIZE)
    sequences = [Sequence(make, SIZE, plain=True) for _ in range(count)]
    return Forward(model, sequences), sequences


def plain(model: Any, tokens: list[int]) -> Any:
    """Logits behind these tokens, read at once and without a cache."""
    return model(input_ids=torch.tensor([tokens])).logits[0, -1]


moves = st.lists(
    st.one_of(
        st.tuples(st.just("step"), st.sets(st.integers(0, 3), min_size=1)),
        st.tuples(st.just("read"), st.tuples(st.integers(0, 3), st.integers(1, 9))),
        st.tuples(st.just("keep"), st.tuples(st.integers(0, 3), st.integers(0, 9))),
    ),
    min_size=1,
    max_size=14,
)


@given(script=moves)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_joins_and_leaves_nobody_is_disturbed(model: Any, script: list[tuple[str, Any]]) -> None:
    forward, sequences = opened(model, 4)
    token = 0
    with torch.inference_mode():
        for kind, what in script:
            if kind == "step":
                chosen = [sequences[at] for at in sorted(what) if 0 < len(sequences[at]) < SIZE - 1]
                if not chosen:
                    continue
                feed = [(token := (token + 7) % 250) for _ in chosen]
                rows = forward.step(chosen, feed)
                for one, row in zip(chosen, rows, strict=True):
                    torch.testing.assert_close(row, plain(model, one.tokens), atol=1e-4, rtol=1e-4)
            elif kind == "read":
                at, count = what
                one = sequences[at]
                if len(one) + count < SIZE - 1:
                    feed = [(token := (token + 11) % 250) for _ in range(count)]
                    row = forward.read(one, feed)[-1]
                    torch.testing.assert_close(row, plain(model, one.tokens), atol=1e-4, rtol=1e-4)
            else:
                at, count = what
                forward.part(sequences[at])
                sequences[at].keep(min(count, len(sequences[at])))


def test_what_one_sequence_breaks_is_nobody_elses(model: Any) -> None:
    """Numbers that are none stay out of the row that a shorter sequence gets next."""
    forward, (long, short, other) = opened(model, 3)
    with torch.inference_mode():
        forward.read(long, list(range(40)))
        forward.read(other, list(range(50, 60)))
        forward.step([other, long], [1, 2])
        for layer in forward._together.cache.layers:
            layer.values[1] = float("nan")
        forward.part(long)
        long.keep(0)
        forward.read(short, [9, 8, 7])
        rows = forward.step([other, short], [3, 4])
        torch.testing.assert_close(rows[1], plain(model, short.tokens), atol=1e-4, rtol=1e-4)


def test_prompts_that_begin_together_are_those_read_alone(model: Any) -> None:
    forward, sequences = opened(model, 3)
    texts = [[1, 2, 3, 4, 5], [9], [7, 7, 8]]
    with torch.inference_mode():
        rows = forward.begin(sequences, texts)
        for one, text, row in zip(sequences, texts, rows, strict=True):
            assert one.tokens == text
            torch.testing.assert_close(row, plain(model, text), atol=1e-4, rtol=1e-4)
        for row, one in zip(forward.step(sequences, [20, 30, 40]), sequences, strict=True):
            torch.testing.assert_close(row, plain(model, one.tokens), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("used", [1, 17])
def test_the_keys_of_a_fixed_cache_are_told_by_their_number(used: int) -> None:
    """What flash attention is told instead of a mask; without a fixed cache it is a mask as ever."""
    told = attention.lengths(1, 1, 64, torch.tensor(used - 1))
    assert told is not None
    assert told.tolist() == [0, 1, 0, used]
    assert told.dtype == torch.int32
    mask = attention.lengths(2, 1, 5, 4, attention_mask=torch.ones(2, 5, dtype=torch.bool))
    assert mask is None or mask.ndim == 4


def test_transformers_takes_both_names(model: Any) -> None:
    assert attention.register("cpu", torch.float32, 32) == attention.PACKED
    other = copy.deepcopy(model)
    for name in (attention.PACKED, attention.FIXED):
        other.set_attn_implementation(name)
        with torch.inference_mode():
            torch.testing.assert_close(plain(other, [1, 2, 3]), plain(model, [1, 2, 3]))


def test_a_batch_that_would_be_mostly_empty_is_none() -> None:
    assert together.pays([100, 4000])
    assert together.pays([9000, 8000, 7000])
    assert not together.pays([32_000, 50])


@pytest.mark.parametrize("groups", [1, 4])
def test_heads_that_share_their_keys_see_what_copies_would(groups: int) -> None:
    query = torch.randn(2, 2 * groups, 1, 16)
    key, value = torch.randn(2, 2, 30, 16), torch.randn(2, 2, 30, 16)
    mask = torch.arange(30)[None, None, None] <= torch.tensor([29, 11])[:, None, None, None]
    found, _ = attention.packed(torch.nn.Module(), query, key, value, mask, scaling=0.3)
    whole = torch.nn.functional.scaled_dot_product_attention(
        query,
        key.repeat_interleave(groups, 1),
        value.repeat_interleave(groups, 1),
        attn_mask=mask,
        scale=0.3,
    )
    torch.testing.assert_close(found, whole.transpose(1, 2))


def test_what_cannot_be_recorded_is_run_as_ever(model: Any) -> None:
    """Here for want of a card; there for a model whose code asks the processor in between."""
    if torch.cuda.is_available():
        pytest.skip("there is a card, so it can be recorded")
    sequence = Sequence(partial(caches.static, model.config, SIZE), SIZE, plain=True)
    forward = Forward(model, [sequence], recorded=True)
    with torch.inference_mode():
        forward.read(sequence, [1, 2, 3])
        row = forward.read(sequence, [4])[-1]
    torch.testing.assert_close(row, plain(model, [1, 2, 3, 4]), atol=1e-4, rtol=1e-4)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no graphics card with CUDA here")
@pytest.mark.parametrize(("dtype", "near"), [(torch.float32, 2e-3), (torch.bfloat16, 0.2)])
def test_a_recorded_step_says_what_a_plain_one_says(model: Any, dtype: Any, near: float) -> None:
    there = copy.deepcopy(model).to("cuda", dtype).eval()
    if dtype == torch.bfloat16:
        there.set_attn_implementation(attention.register("cuda", dtype, 32))
        assert there.config._attn_implementation == attention.FIXED
    sequence = Sequence(partial(caches.static, there.config, SIZE), SIZE, plain=True)
    forward = Forward(there, [sequence], recorded=True)
    with torch.inference_mode():
        for beginning in ([1, 2, 3], [9, 8]):
            sequence.keep(0)
            forward.read(sequence, beginning)
            for token in range(20, 30):
                row = forward.read(sequence, [token])[-1].float().cpu()
                torch.testing.assert_close(row, plain(model, sequence.tokens), atol=near, rtol=near)
            sequence.keep(5)
            row = forward.read(sequence, [7])[-1].float().cpu()
            torch.testing.assert_close(row, plain(model, sequence.tokens), atol=near, rtol=near)
    assert isinstance(forward._replay, replay.Replay)
