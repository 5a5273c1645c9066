"""What every engine owes, on a tiny model with random weights: no mocks.

llama.cpp's server in the process and over HTTP, llama.cpp itself, and Transformers.
"""

from __future__ import annotations

import itertools
import json
import math
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes import tiny_gguf, tiny_safetensors
from fakes.generating import GREEDY, NEVER, PROMPT, WILD, collect, end_of, tokens_of
from fakes.llama_binary import write_binary
from qwendesk.api.engine import (
    Completion,
    Engine,
    EngineRequest,
    LoadReport,
    ModelFiles,
    PromptProgress,
    Token,
)
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling

BATCH = 64
SIZES = {"context": 8192, "slots": 2, "threads": 1, "batch": BATCH, "ubatch": BATCH, "prompt_cache": 0}

Loaded = tuple[Engine, LoadReport]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_gguf.write_tiny(tmp_path_factory.mktemp("tiny") / "tiny.gguf", context=16_384)


def made(kind: str, folder: Path) -> tuple[Engine, object]:
    """An engine and its load options."""
    if kind == "llamacpp":
        pytest.importorskip("llama_cpp")
        from qwendesk_llamacpp.engine import LlamaCppEngine
        from qwendesk_llamacpp.options import LlamaCppOptions

        return LlamaCppEngine(), LlamaCppOptions(**SIZES)
    if kind == "transformers":
        pytest.importorskip("torch")
        from qwendesk_transformers.engine import TransformersEngine
        from qwendesk_transformers.options import TransformersOptions

        return TransformersEngine(), TransformersOptions(context=8192, slots=2, threads=1, chunk=BATCH)
    from qwendesk_llamaserver.engine import LlamaServerEngine
    from qwendesk_llamaserver.options import LlamaServerOptions

    binary = str(write_binary(folder)) if kind == "binary" else ""
    return LlamaServerEngine(), LlamaServerOptions(**SIZES, binary=binary)


@pytest.fixture(scope="module", params=["wheel", "binary", "llamacpp", "transformers"])
def loaded(request: pytest.FixtureRequest, tiny: Path) -> Iterator[Loaded]:
    engine, options = made(request.param, tiny.parent)
    files = ModelFiles(str(tiny), "gguf")
    if request.param == "transformers":
        folder = tiny_safetensors.write_tiny(tiny.parent / "folder", context=16_384)
        files = ModelFiles(str(folder), "safetensors")
    report = engine.load(files, options, lambda _: None)
    yield engine, report
    engine.close()


@pytest.fixture
def engine(loaded: Loaded) -> Engine:
    return loaded[0]


def test_load_reports_what_is_used(loaded: Loaded) -> None:
    report = loaded[1]
    assert (report.context, report.slots, report.architecture) == (8192, 2, "qwen3")
    assert report.template == tiny_gguf.TEMPLATE
    assert (report.bos, report.eos, report.adds_bos) == ("", "<|im_end|>", False)
    assert (report.options["threads"], report.options["context"]) == (1, 8192)


def test_tokens_and_bytes_go_both_ways(engine: Engine) -> None:
    text = "the \N{GRINNING FACE} 中 é\n<think><|im_end|>"
    tokens = engine.tokenize(text, special=True)
    assert tokens[-2:] == [tiny_gguf.THINK, tiny_gguf.IM_END]
    assert engine.detokenize(tokens) == text.encode()
    assert [engine.is_special(one) for one in tokens[-3:]] == [False, True, True]
    assert not engine.is_special(-1)
    plain = engine.tokenize("<|im_end|>", special=False)
    assert tiny_gguf.IM_END not in plain
    assert engine.detokenize(plain) == b"<|im_end|>"


@pytest.mark.parametrize("limit", [1, 2, 3, 17])
def test_max_tokens_is_exact(engine: Engine, limit: int) -> None:
    endless = dict.fromkeys((tiny_gguf.IM_END, tiny_gguf.ENDOFTEXT), -math.inf)
    events = collect(engine, EngineRequest(PROMPT, WILD, max_tokens=limit, logit_bias=endless))
    assert len(tokens_of(events)) == limit
    assert (end_of(events).reason, end_of(events).prompt_tokens) == ("length", len(PROMPT))


def test_end_of_text_is_not_a_token(engine: Engine) -> None:
    schema = {"enum": ["中"]}
    events = collect(engine, EngineRequest(PROMPT, GREEDY, max_tokens=40, json_schema=schema))
    assert end_of(events).reason == "stop"
    assert b"".join(one.data for one in tokens_of(events)).decode().strip() == '"中"'


def test_a_full_context_ends_with_its_own_reason(engine: Engine) -> None:
    prompt = (*PROMPT, *itertools.islice(itertools.cycle(b"abcdefg"), 8150))
    events = collect(engine, EngineRequest(prompt, Sampling(temperature=0, top_k=1), max_tokens=500))
    assert end_of(events).reason == "context"
    assert len(prompt) + len(tokens_of(events)) <= 8192


def test_a_prompt_too_long_says_how_long(engine: Engine) -> None:
    with pytest.raises(Problem) as caught:
        collect(engine, EngineRequest((65,) * 9000, GREEDY, max_tokens=4))
    assert caught.value.id == "prompt_too_long"
    assert caught.value.arguments == {"prompt_tokens": 9000, "context": 8192}


def test_tokens_outside_the_vocabulary_are_a_problem(engine: Engine) -> None:
    with pytest.raises(Problem, match="engine_failed"):
        collect(engine, EngineRequest((99_999,), GREEDY, max_tokens=4))


def test_the_second_turn_reuses_the_first(engine: Engine) -> None:
    first = (*b"a first turn that is long enough to be worth keeping", 1, 2, 3)
    events = collect(engine, EngineRequest(first, GREEDY, max_tokens=8))
    second = (*first, *(one.id for one in tokens_of(events)), *b"and more")
    events = collect(engine, EngineRequest(second, GREEDY, max_tokens=2))
    assert end_of(events).prompt_tokens == len(second)
    assert len(first) <= end_of(events).reused_tokens < len(second)
    progress = [one for one in events if isinstance(one, PromptProgress)]
    assert progress[-1].processed == progress[-1].total == len(second)
    assert progress[-1].reused == end_of(events).reused_tokens


def test_a_fresh_request_reuses_nothing(engine: Engine) -> None:
    prompt = (*b"a prompt that is asked for more than once", 4, 5, 6)
    texts = []
    for fresh in (False, True, True):
        events = collect(engine, EngineRequest(prompt, WILD, max_tokens=20, fresh=fresh))
        texts.append([one.id for one in tokens_of(events)])
    assert (end_of(events).reused_tokens, end_of(events).reuse) == (0, "fresh")
    assert texts[1] == texts[2]


def test_the_same_seed_gives_the_same_tokens(engine: Engine) -> None:
    def ids(seed: int) -> list[int]:
        sampling = Sampling(temperature=1.5, top_k=0, top_p=1, seed=seed)
        return [one.id for one in tokens_of(collect(engine, EngineRequest(PROMPT, sampling, max_tokens=30)))]

    assert ids(5) == ids(5) != ids(6)


def test_log_probabilities_are_those_before_sampling(engine: Engine) -> None:
    firsts = []
    for temperature in (1.2, 2.0):
        sampling = Sampling(temperature=temperature, top_k=50, top_p=1, seed=11)
        tokens = tokens_of(collect(engine, EngineRequest(PROMPT, sampling, max_tokens=20, top_logprobs=4)))
        for token in (one for one in tokens if one.logprob is not None):
            logprobs = [one.logprob for one in token.top]
            assert len(logprobs) == 4
            assert logprobs == sorted(logprobs, reverse=True)
            assert sum(map(math.exp, logprobs)) < 1
            assert all(one.data == engine.detokenize([one.id]) for one in token.top)
        firsts.append({one.id: one.logprob for one in tokens[0].top})
    assert firsts[0] == pytest.approx(firsts[1], abs=1e-3)
    assert firsts[0], "the first token of this seed lies inside a character: choose another"


def test_no_probabilities_without_asking(engine: Engine) -> None:
    tokens = tokens_of(collect(engine, EngineRequest(PROMPT, WILD, max_tokens=3)))
    assert [(one.logprob, one.top) for one in tokens] == [(None, ())] * 3


def test_a_schema_shapes_the_answer(engine: Engine) -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"enum": [1, 2]}, "b": {"type": "boolean"}},
        "required": ["a", "b"],
        "additionalProperties": False,
    }
    sampling = Sampling(temperature=1, seed=1)
    answers = []
    for _ in range(3):
        events = collect(engine, EngineRequest(PROMPT, sampling, max_tokens=400, json_schema=schema))
        if end_of(events).reason == "stop":
            answers.append(json.loads(b"".join(one.data for one in tokens_of(events))))
    assert all(set(one) == {"a", "b"} and one["a"] in (1, 2) for one in answers)


@pytest.mark.parametrize("how", ["flag", "close"])
def test_cancel_while_decoding_frees_the_slot(engine: Engine, how: str) -> None:
    stop = threading.Event()
    events = engine.generate(EngineRequest(PROMPT, WILD), stop)
    seen = 0
    for event in events:
        seen += isinstance(event, Token)
        if seen == 3:
            break
    if how == "flag":
        stop.set()
        assert list(events) == []
    else:
        events.close()  # type: ignore[attr-defined]
    assert len(tokens_of(collect(engine, EngineRequest(PROMPT, WILD, max_tokens=5)))) == 5


def test_cancel_while_reading_the_prompt(engine: Engine) -> None:
    stop = threading.Event()
    prompt = tuple(itertools.islice(itertools.cycle(b"some prompt or other"), 8000))
    events = engine.generate(EngineRequest(prompt, GREEDY, max_tokens=5), stop)
    progress = []
    for event in events:
        assert isinstance(event, PromptProgress)
        progress.append(event.processed)
        if len(progress) == 3:
            stop.set()
    assert progress[-1] <= 4 * BATCH
    again = collect(engine, EngineRequest((*PROMPT, 1), WILD, max_tokens=2))
    assert end_of(again).reason == "length"


def test_a_stop_flag_set_before_yields_nothing(engine: Engine) -> None:
    stop = threading.Event()
    stop.set()
    assert list(engine.generate(EngineRequest(PROMPT, GREEDY, max_tokens=5), stop)) == []


def test_two_requests_run_at_once(engine: Engine) -> None:
    order: list[str] = []
    both_running = threading.Barrier(2, timeout=20)

    def run(name: str) -> None:
        sampling = Sampling(temperature=1.5, top_k=0, top_p=1, seed=3)
        for event in engine.generate(EngineRequest((*name.encode(), 7), sampling, max_tokens=60), NEVER):
            if isinstance(event, Token):
                order.append(name)
                if order.count(name) == 3:
                    both_running.wait()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("one", "another")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    # The barrier opens only when both have tokens before either is done.
    assert not both_running.broken
    assert len(order) == order.count("one") + order.count("another")


def test_no_tokens_asked_for(engine: Engine) -> None:
    (end,) = collect(engine, EngineRequest(PROMPT, GREEDY, max_tokens=0))
    assert end == Completion("length", len(PROMPT), 0)
