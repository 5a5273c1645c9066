"""What the server makes of every sampler's setting, of a bias, of a full context, and of its cache."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from fakes import tiny_gguf
from fakes.generating import GREEDY, PROMPT, collect, end_of, ids_of
from fakes.llama_binary import write_binary
from qwendesk.api.engine import EngineRequest, ModelFiles, PromptProgress
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling
from qwendesk_llamaserver.body import completion_body
from qwendesk_llamaserver.engine import LlamaServerEngine
from qwendesk_llamaserver.options import LlamaServerOptions

CONTEXT = 512
OPEN = Sampling(temperature=1, top_k=0, top_p=1, seed=5)
# The samplers in use before the others were sent, too.
FEW = "penalties;top_k;top_p;min_p;temperature"


@pytest.fixture(scope="module", params=["wheel", "binary"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LlamaServerEngine]:
    folder: Path = tmp_path_factory.mktemp("tiny")
    binary = str(write_binary(folder)) if request.param == "binary" else ""
    tiny = tiny_gguf.write_tiny(folder / "tiny.gguf")
    engine = LlamaServerEngine()
    options = LlamaServerOptions(context=CONTEXT, slots=1, threads=1, prompt_cache=0, binary=binary)
    engine.load(ModelFiles(str(tiny), "gguf"), options, lambda _: None)
    yield engine
    engine.close()


def ids(engine: LlamaServerEngine, sampling: Sampling, **request: Any) -> list[int]:
    return ids_of(collect(engine, EngineRequest(PROMPT, sampling, max_tokens=60, **request)))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "sampling", [Sampling(), OPEN, Sampling(temperature=1.2, min_p=0.05, repeat_penalty=1.2)]
)
def test_samplers_at_rest_change_nothing(engine: LlamaServerEngine, sampling: Sampling, seed: int) -> None:
    all_of_them = replace(sampling, seed=seed)
    assert ids(engine, all_of_them) == ids(engine, replace(all_of_them, samplers=FEW))


@pytest.mark.parametrize(
    ("base", "changed"),
    [
        ({}, {"temperature": 0.3}),
        ({}, {"top_k": 2}),
        ({}, {"top_p": 0.2}),
        ({}, {"min_p": 0.5}),
        ({}, {"typical_p": 0.2}),
        ({}, {"top_n_sigma": 0.5}),
        ({}, {"repeat_penalty": 2.0}),
        ({}, {"presence_penalty": 2.0}),
        ({}, {"frequency_penalty": 2.0}),
        ({"presence_penalty": 2.0}, {"repeat_last_n": 0}),
        ({"presence_penalty": 2.0}, {"repeat_last_n": 2}),
        ({"top_k": 2, "presence_penalty": 2.0, "repeat_last_n": 2}, {"repeat_last_n": -1}),
        ({}, {"xtc_probability": 1.0, "xtc_threshold": 0.001}),
        ({"xtc_probability": 1.0, "xtc_threshold": 0.001}, {"xtc_threshold": 0.5}),
        ({}, {"dynatemp_range": 0.9}),
        ({"dynatemp_range": 0.9}, {"dynatemp_exponent": 5.0}),
        ({}, {"mirostat": 1, "mirostat_tau": 1.0}),
        ({"mirostat": 1, "mirostat_tau": 1.0}, {"mirostat": 2}),
        ({"mirostat": 2, "mirostat_tau": 1.0}, {"mirostat_tau": 3.0}),
        ({"mirostat": 2, "mirostat_tau": 1.0}, {"mirostat_eta": 1.0}),
        ({"temperature": 2.0, "min_p": 0.3}, {"samplers": "temperature;min_p"}),
        ({"top_k": 1}, {"samplers": ""}),
        ({}, {"seed": 6}),
    ],
)
def test_every_setting_is_felt(
    engine: LlamaServerEngine, base: dict[str, Any], changed: dict[str, Any]
) -> None:
    before = replace(OPEN, **base)
    assert ids(engine, before) != ids(engine, replace(before, **changed))


CIRCLE = (*PROMPT, *itertools.islice(itertools.cycle(b"abcdefgh"), 80))


@pytest.mark.parametrize(
    ("base", "changed"),
    [
        ({}, {"dry_multiplier": 10.0}),
        ({"dry_multiplier": 10.0}, {"dry_penalty_last_n": 0}),
        ({"dry_multiplier": 10.0}, {"dry_allowed_length": 100}),
        ({"dry_multiplier": 0.001, "dry_base": 1.0}, {"dry_base": 3.0}),
    ],
)
def test_dry_is_felt_where_the_text_repeats(
    engine: LlamaServerEngine, base: dict[str, Any], changed: dict[str, Any]
) -> None:
    """The bias makes the model go on in the circle, unless DRY forbids it."""
    before = replace(GREEDY, **base)
    bias = dict.fromkeys(b"abcdefgh", 12.0)
    one, other = (
        ids_of(collect(engine, EngineRequest(CIRCLE, sampling, max_tokens=40, logit_bias=bias)))
        for sampling in (before, replace(before, **changed))
    )
    assert one != other


def test_every_setting_is_sent() -> None:
    body = completion_body(EngineRequest(PROMPT, replace(Sampling(), seed=1)), CONTEXT)
    sent = {one.name for one in fields(Sampling)} - {"max_tokens"}
    assert sent <= body.keys()
    assert body["dry_penalty_last_n"] == CONTEXT
    assert "seed" not in completion_body(EngineRequest(PROMPT, Sampling()), CONTEXT)


def test_an_unknown_sampler_is_refused_by_name(engine: LlamaServerEngine) -> None:
    with pytest.raises(Problem, match="option_sampler"):
        ids(engine, replace(OPEN, samplers="top_k;magic"))


def test_a_bias_forbids_and_forces(engine: LlamaServerEngine) -> None:
    usual = ids(engine, OPEN)
    without = ids(engine, OPEN, logit_bias={usual[0]: -math.inf})
    assert without
    assert usual[0] not in without
    assert set(ids(engine, GREEDY, logit_bias={ord("x"): 1000.0})) == {ord("x")}


def test_a_full_context_is_an_error_where_that_is_wanted(engine: LlamaServerEngine) -> None:
    prompt = (*PROMPT, *itertools.islice(itertools.cycle(b"abcdefg"), CONTEXT - 40))
    bias = {tiny_gguf.IM_END: -math.inf, tiny_gguf.ENDOFTEXT: -math.inf}
    assert end_of(collect(engine, EngineRequest(prompt, GREEDY, logit_bias=bias))).reason == "context"
    with pytest.raises(Problem) as caught:
        collect(engine, EngineRequest(prompt, GREEDY, logit_bias=bias, context_full="error"))
    assert (caught.value.id, caught.value.arguments) == ("context_full", {"context": CONTEXT})
    limited = EngineRequest(prompt, GREEDY, max_tokens=4, logit_bias=bias, context_full="error")
    assert end_of(collect(engine, limited)).reason == "length"


def test_reuse_is_whole_or_unknown(engine: LlamaServerEngine) -> None:
    prompt = (*b"a prompt that nobody has sent before", 1, 2)
    first = end_of(collect(engine, EngineRequest(prompt, GREEDY, max_tokens=2)))
    events = collect(engine, EngineRequest(prompt, GREEDY, max_tokens=2))
    assert first.reuse == "unknown"
    assert (end_of(events).reuse, end_of(events).reused_tokens) == ("whole", len(prompt) - 1)
    assert [one.reuse for one in events if isinstance(one, PromptProgress)][-1] == "whole"
