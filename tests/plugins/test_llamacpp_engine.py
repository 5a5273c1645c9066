"""What only llama.cpp itself gives: fairness between requests, every sampler, speculation."""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("llama_cpp")

from fakes import repeating_gguf, tiny_gguf
from fakes.generating import GREEDY, NEVER, PROMPT, WILD, collect, end_of, ids_of, tokens_of
from fakes.hybrid_gguf import write_hybrid
from qwendesk.api.engine import EngineEvent, EngineRequest, ModelFiles, PromptProgress, Token
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling
from qwendesk.system.paths import resources
from qwendesk_llamacpp.engine import LlamaCppEngine
from qwendesk_llamacpp.options import LlamaCppOptions

SEEDLING = resources() / "seedling" / "seedling-q8_0.gguf"
STORY = "<|im_start|>user\nTell me a story.<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
ENDLESS = {tiny_gguf.IM_END: -math.inf, tiny_gguf.ENDOFTEXT: -math.inf}
Open = Callable[..., LlamaCppEngine]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_gguf.write_tiny(tmp_path_factory.mktemp("tiny") / "tiny.gguf", context=16_384)


@pytest.fixture(scope="module")
def circle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repeating_gguf.write_repeating(tmp_path_factory.mktemp("circle") / "circle.gguf")


@pytest.fixture(scope="module")
def opened() -> Iterator[Open]:
    engines: dict[tuple[Any, ...], LlamaCppEngine] = {}

    def open_one(path: Path, **options: Any) -> LlamaCppEngine:
        key = (path, *sorted(options.items()))
        if key not in engines:
            given = {"context": 2048, "slots": 2, "threads": 1, "batch": 256, "ubatch": 256, **options}
            engines[key] = engine = LlamaCppEngine()
            engine.load(ModelFiles(str(path), "gguf"), LlamaCppOptions(**given), lambda _: None)
        return engines[key]

    yield open_one
    for engine in engines.values():
        engine.close()


class TestSideBySide:
    """Several requests in one batch."""

    def test_a_long_prompt_is_read_between_the_tokens_of_others(self, tiny: Path, opened: Open) -> None:
        engine = opened(tiny, context=8192)
        order: list[str] = []
        writing, enough = threading.Event(), threading.Event()

        def write() -> None:
            for event in engine.generate(EngineRequest(PROMPT, WILD, logit_bias=ENDLESS), enough):
                if isinstance(event, Token):
                    order.append("token")
                    writing.set()

        thread = threading.Thread(target=write)
        thread.start()
        assert writing.wait(20)
        long = tuple(b"a long prompt " * 300)
        for event in engine.generate(EngineRequest(long, GREEDY, max_tokens=1), NEVER):
            if isinstance(event, PromptProgress) and event.processed:
                order.append("piece")
        enough.set()
        thread.join(30)
        pieces = [at for at, what in enumerate(order) if what == "piece"]
        assert len(pieces) > 4200 // 256, "the pieces are smaller than a batch while others wait"
        between = [after - before - 1 for before, after in itertools.pairwise(pieces)]
        assert sum(between) > len(between) // 2

    def test_a_cancelled_prompt_does_not_change_what_others_say(self, tiny: Path, opened: Open) -> None:
        engine = opened(tiny, context=8192)
        request = EngineRequest(PROMPT, Sampling(temperature=0), max_tokens=300)
        alone = ids_of(collect(engine, request))
        said: list[EngineEvent] = []
        started = threading.Event()

        def write() -> None:
            for event in engine.generate(request, NEVER):
                said.append(event)
                started.set()

        thread = threading.Thread(target=write)
        thread.start()
        assert started.wait(20)
        for at in range(5):
            stop = threading.Event()
            for event in engine.generate(EngineRequest((at, *b"x" * 6000), GREEDY), stop):
                if isinstance(event, PromptProgress):
                    stop.set()
        thread.join(30)
        # Sums of a shared batch may differ in the last bits; this model's best token is far ahead.
        assert ids_of(said) == alone

    def test_more_requests_than_sequences_wait_their_turn(self, tiny: Path, opened: Open) -> None:
        engine = opened(tiny)
        counts: list[int] = []

        def run(at: int) -> None:
            events = collect(engine, EngineRequest((at, *PROMPT), WILD, max_tokens=20 + at))
            counts.append(len(tokens_of(events)) if end_of(events).reason == "length" else 20 + at)

        threads = [threading.Thread(target=run, args=(at,)) for at in range(7)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(counts) == [20 + at for at in range(7)]

    def test_one_that_waits_can_be_cancelled(self, tiny: Path, opened: Open) -> None:
        engine = opened(tiny, slots=1)
        running = engine.generate(EngineRequest(PROMPT, WILD, max_tokens=1500), NEVER)
        next(running)
        stop = threading.Event()
        waiting = threading.Thread(target=lambda: list(engine.generate(EngineRequest(PROMPT, WILD), stop)))
        waiting.start()
        stop.set()
        waiting.join(10)
        assert not waiting.is_alive()
        running.close()  # type: ignore[attr-defined]

    def test_closing_ends_what_runs(self, tiny: Path) -> None:
        engine = LlamaCppEngine()
        options = LlamaCppOptions(context=8192, slots=1, threads=1)
        engine.load(ModelFiles(str(tiny), "gguf"), options, lambda _: None)
        problems: list[str] = []
        began = threading.Barrier(4)

        def run() -> None:
            events = engine.generate(EngineRequest(tuple(b"x" * 8000), WILD), NEVER)
            try:
                next(events)
                began.wait(10)
                list(events)
            except Problem as problem:
                problems.append(problem.id)

        def wait() -> None:
            began.wait(10)
            with contextlib.suppress(Problem):
                problems.append("answered" if collect(engine, EngineRequest(PROMPT, WILD)) else "")

        threads = [threading.Thread(target=one) for one in (run, wait, wait)]
        for thread in threads:
            thread.start()
        began.wait(10)
        engine.close()
        for thread in threads:
            thread.join(10)
        assert problems == ["session_closed"]


class TestSamplers:
    """Each of llama.cpp's, by its usual name."""

    @pytest.mark.parametrize(
        "change",
        [
            {"repeat_penalty": 1.8},
            {"presence_penalty": 2.0},
            {"frequency_penalty": 2.0},
            {"dry_multiplier": 5.0, "dry_allowed_length": 1},
            {"top_n_sigma": 0.5},
            {"typical_p": 0.2},
            {"top_p": 0.2},
            {"top_k": 2},
            {"min_p": 0.9},
            {"xtc_probability": 1.0, "xtc_threshold": 0.005},
            {"temperature": 0.3},
            {"dynatemp_range": 1.5},
            {"mirostat": 1, "mirostat_tau": 1.0},
            {"mirostat": 2, "mirostat_tau": 1.0},
            {"seed": 12},
        ],
    )
    def test_each_one_changes_the_text(self, tiny: Path, opened: Open, change: dict[str, Any]) -> None:
        engine = opened(tiny)

        def ids(sampling: Sampling) -> list[int]:
            return ids_of(collect(engine, EngineRequest(PROMPT, sampling, max_tokens=60)))

        assert ids(replace(WILD, **change)) == ids(replace(WILD, **change))
        assert ids(replace(WILD, **change)) != ids(WILD)

    def test_the_order_matters(self, tiny: Path, opened: Open) -> None:
        engine = opened(tiny)
        flat = replace(WILD, min_p=0.3, temperature=2.0, samplers="temperature;min_p")
        sharp = replace(flat, samplers="min_p;temperature")
        first, second = (
            ids_of(collect(engine, EngineRequest(PROMPT, one, max_tokens=60))) for one in (flat, sharp)
        )
        assert first != second

    def test_an_unknown_sampler_is_named(self, tiny: Path, opened: Open) -> None:
        with pytest.raises(Problem, match="option_sampler") as caught:
            collect(opened(tiny), EngineRequest(PROMPT, replace(WILD, samplers="top_k;magic"), max_tokens=2))
        assert caught.value.arguments["sampler"] == "magic"

    @pytest.mark.parametrize("sampling", [GREEDY, WILD])
    def test_bias_forbids_and_prefers(self, tiny: Path, opened: Open, sampling: Sampling) -> None:
        engine = opened(tiny)
        usual = ids_of(collect(engine, EngineRequest(PROMPT, sampling, max_tokens=30)))
        forbidden = dict.fromkeys(usual, -math.inf)
        others = ids_of(collect(engine, EngineRequest(PROMPT, sampling, max_tokens=30, logit_bias=forbidden)))
        assert others
        assert not set(usual) & set(others)
        preferred = {ord("q"): 1000.0, 10_000_000: 5.0}  # a token that does not exist is nothing to prefer
        events = collect(engine, EngineRequest(PROMPT, sampling, max_tokens=5, logit_bias=preferred))
        assert ids_of(events) == [ord("q")] * 5

    def test_a_schema_holds_with_every_sampler(self, tiny: Path, opened: Open) -> None:
        schema = {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3}
        sampling = replace(WILD, repeat_penalty=1.3, dry_multiplier=0.8, xtc_probability=0.5)
        for seed in range(5):
            request = EngineRequest(PROMPT, replace(sampling, seed=seed), 300, json_schema=schema)
            events = collect(opened(tiny), request)
            if end_of(events).reason == "stop":
                assert isinstance(json.loads(b"".join(one.data for one in tokens_of(events))), list)

    def test_a_schema_that_biases_forbid_is_a_problem_and_no_crash(self, tiny: Path, opened: Open) -> None:
        forbidden = dict.fromkeys(b'"abc ', -math.inf)
        for sampling in (GREEDY, WILD):
            request = EngineRequest(PROMPT, sampling, 20, json_schema={"enum": ["abc"]}, logit_bias=forbidden)
            with pytest.raises(Problem, match="schema_stuck"):
                collect(opened(tiny), request)
        assert ids_of(collect(opened(tiny), EngineRequest(PROMPT, WILD, 5)))

    @pytest.mark.parametrize("schema", [{"type": "magic"}, {"$ref": "#/nowhere"}, {"pattern": 5}])
    def test_a_schema_that_is_none(self, tiny: Path, opened: Open, schema: dict[str, Any]) -> None:
        with pytest.raises(Problem, match="schema_unsupported"):
            collect(opened(tiny), EngineRequest(PROMPT, WILD, 50, json_schema=schema))

    def test_a_full_context_can_be_an_error(self, tiny: Path, opened: Open) -> None:
        engine = opened(tiny, slots=1, context=512)
        prompt = tuple(b"x" * 500)
        request = EngineRequest(prompt, WILD, logit_bias=ENDLESS)
        assert end_of(collect(engine, request)).reason == "context"
        with pytest.raises(Problem) as caught:
            collect(engine, replace(request, context_full="error"))
        assert (caught.value.id, caught.value.arguments) == ("context_full", {"context": 512})


class TestSpeculation:
    """Guesses cost nothing but time: the text is the one without them."""

    @staticmethod
    def both(plain: LlamaCppEngine, drafting: LlamaCppEngine, request: EngineRequest) -> list[EngineEvent]:
        events = collect(drafting, request)
        assert ids_of(events) == ids_of(collect(plain, request))
        return events

    def test_repeating_text_is_guessed_almost_whole(self, circle: Path, opened: Open) -> None:
        plain, drafting = opened(circle), opened(circle, draft="ngram")
        request = EngineRequest(tuple(repeating_gguf.TEXT.encode()), GREEDY, max_tokens=400)
        end = end_of(self.both(plain, drafting, request))
        assert end.accepted_tokens > 300
        assert end.accepted_tokens / end.drafted_tokens > 0.9

    @pytest.mark.parametrize("limit", [1, 2, 7, 30, 31, 32, 33])
    def test_the_limit_is_exact(self, circle: Path, opened: Open, limit: int) -> None:
        request = EngineRequest(tuple(repeating_gguf.TEXT.encode()), GREEDY, max_tokens=limit)
        events = self.both(opened(circle), opened(circle, draft="ngram"), request)
        assert len(ids_of(events)) == limit

    def test_the_next_turn_goes_on_behind_accepted_guesses(self, circle: Path, opened: Open) -> None:
        plain, drafting = opened(circle), opened(circle, draft="ngram")
        prompt = tuple(repeating_gguf.TEXT.encode())
        said = ids_of(self.both(plain, drafting, EngineRequest(prompt, GREEDY, max_tokens=100)))
        events = self.both(plain, drafting, EngineRequest((*prompt, *said, *b"a"), GREEDY, max_tokens=50))
        assert end_of(events).reused_tokens >= len(prompt) + len(said) - 1

    def test_a_request_may_forbid_it(self, circle: Path, opened: Open) -> None:
        prompt = tuple(repeating_gguf.TEXT.encode())
        request = EngineRequest(prompt, GREEDY, max_tokens=100, draft=False)
        assert end_of(collect(opened(circle, draft="ngram"), request)).drafted_tokens == 0

    def test_text_that_does_not_repeat_is_soon_left_alone(self, tiny: Path, opened: Open) -> None:
        request = EngineRequest(PROMPT, WILD, max_tokens=300)
        end = end_of(self.both(opened(tiny), opened(tiny, draft="ngram"), request))
        assert end.drafted_tokens < 100

    @pytest.mark.parametrize("draft", [{"draft": "ngram"}, {"draft": "model", "draft_model": str(SEEDLING)}])
    def test_seedling_says_the_same(self, opened: Open, draft: dict[str, str]) -> None:
        large = SEEDLING.with_name("seedling-f16.gguf")
        plain, drafting = opened(large), opened(large, **draft)
        tokens = tuple(plain.tokenize(STORY, special=True))
        end = end_of(self.both(plain, drafting, EngineRequest(tokens, GREEDY, max_tokens=250)))
        if draft["draft"] == "model":
            assert end.accepted_tokens / end.drafted_tokens > 0.8

    def test_recurrent_states_are_rolled_back(self, opened: Open, tmp_path: Path) -> None:
        hybrid = write_hybrid(tmp_path / "hybrid.gguf")
        plain, drafting = opened(hybrid), opened(hybrid, draft="ngram", draft_max=8)
        for text in (b"abcabcabcabcabcabcabc", b"one two one two one two one two", b"zzzzzzzzzzzzzzzz"):
            events = self.both(plain, drafting, EngineRequest(tuple(text), GREEDY, max_tokens=120))
            said = ids_of(events)
            self.both(plain, drafting, EngineRequest((*text, *said, *b" more"), GREEDY, max_tokens=40))

    def test_a_model_with_another_vocabulary_is_refused(self, tiny: Path, tmp_path: Path) -> None:
        engine = LlamaCppEngine()
        options = LlamaCppOptions(context=512, threads=1, draft="model", draft_model=str(tiny))
        with pytest.raises(Problem, match="draft_model_unfit"):
            engine.load(ModelFiles(str(SEEDLING), "gguf"), options, lambda _: None)
