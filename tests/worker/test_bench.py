"""How fast an engine is, counted on a clock that only tokens move."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator

import pytest

from fakes.scripted_engine import ScriptedEngine, ScriptedOptions
from qwendesk.api.engine import Completion, EngineEvent, EngineRequest, PromptProgress, StopFlag, Token
from qwendesk.api.problem import Problem
from qwendesk.api.speed import Span, Speed, SpeedRequest
from qwendesk.worker import bench

NEVER = threading.Event()
READ_S, WRITTEN_S = 0.01, 0.5


class Clocked(ScriptedEngine):
    """Takes 0.01 s to read a token that is not in its cache and 0.5 s to write one."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 100.0
        self.report = self.load(None, ScriptedOptions(context=400))

    def generate(self, request: EngineRequest, stop: StopFlag) -> Iterator[EngineEvent]:
        self.requests.append(request)
        total = len(request.tokens)
        reused = 0 if request.fresh else self._reuse(request.tokens)[0]
        self._previous = request.tokens
        yield PromptProgress(reused, total, reused)
        self.now += READ_S * (total - reused)
        assert request.max_tokens is not None
        for one in range(request.max_tokens):
            if stop.is_set():
                return
            self._pass(one)
            yield Token(ord("a"), b"a")
        yield Completion("length", total, reused)

    def _pass(self, token: int) -> None:
        self.now += WRITTEN_S if token else 0.0


def measured(asked: SpeedRequest, engine: Clocked, stop: threading.Event = NEVER) -> Speed | None:
    return bench.bench(engine, engine.report, asked, stop, lambda done, total: None, lambda: engine.now)


def test_prompt_and_reply_are_timed_apart() -> None:
    engine = Clocked()
    speed = measured(SpeedRequest(50, 9), engine)
    assert speed is not None
    assert speed.read == Span(50, 100.0, pytest.approx(100.5))
    assert speed.written is not None
    assert (speed.written.tokens, speed.written.rate) == (8, pytest.approx(1 / WRITTEN_S))
    prompt, reply = engine.requests
    assert (len(prompt.tokens), prompt.max_tokens, len(reply.tokens), reply.max_tokens) == (50, 1, 1, 9)
    assert all(one.fresh and not one.draft and one.sampling.temperature == 0 for one in engine.requests)


def test_depth_is_filled_first_and_does_not_count() -> None:
    engine = Clocked()
    speed = measured(SpeedRequest(50, 9, depth=200), engine)
    assert speed is not None
    assert speed.read is not None
    assert (speed.read.tokens, speed.read.rate) == (50, pytest.approx(1 / READ_S))
    filling, prompt, reply = engine.requests
    assert [len(one.tokens) for one in engine.requests] == [200, 250, 200]
    assert prompt.tokens[:200] == filling.tokens == reply.tokens
    assert [one.fresh for one in engine.requests] == [True, False, False]


def test_texts_are_ordinary_differ_by_seed_and_may_not_end() -> None:
    engine = Clocked()
    for seed in (1, 2, 1):
        measured(SpeedRequest(30, 0, seed=seed), engine)
    one, two, again = engine.requests
    assert one.tokens == again.tokens != two.tokens
    assert not any(engine.is_special(token) for token in one.tokens)
    special = {engine.detokenize([token]) for token in one.logit_bias}
    assert special == {b"<|im_end|>", b"<|endoftext|>"}
    assert set(one.logit_bias.values()) == {float("-inf")}


def test_replies_that_did_not_meet_are_asked_for_again() -> None:
    """The clock stands still between the tokens of one reply: no time is seen."""

    class Hasty(Clocked):
        def _pass(self, token: int) -> None:
            if len(self.requests) == 3:
                super()._pass(token)

    engine = Hasty()
    speed = measured(SpeedRequest(0, 5), engine)
    assert speed is not None
    assert speed.written is not None
    assert speed.written.tokens == 4
    assert len(engine.requests) == 3


def test_several_at_once_have_texts_of_their_own() -> None:
    engine = Clocked()
    measured(SpeedRequest(30, 2, batch=3), engine)
    assert len({one.tokens for one in engine.requests if one.max_tokens == 1}) == 3


@pytest.mark.parametrize(
    ("prompt", "decode", "left_out"), [(0, 5, "read"), (5, 0, "written"), (5, 1, "written")]
)
def test_what_is_not_wanted_is_left_out(prompt: int, decode: int, left_out: str) -> None:
    speed = measured(SpeedRequest(prompt, decode), Clocked())
    assert [name for name in ("read", "written") if getattr(speed, name) is None] == [left_out]


def test_replies_count_while_all_are_at_work() -> None:
    alone = [0.0, 1.0, 2.0, 4.0]
    assert bench.writing([alone]) == Span(3, 0.0, 4.0)
    # In step, but told one after the other: 2 × 3 tokens in 3 s, whoever is told first.
    step = bench.writing([[0.0, 1.0, 2.0, 3.0], [0.1, 1.1, 2.1, 3.1]])
    assert step is not None
    assert step.rate == pytest.approx(2.0)
    # One began late and another ended early: 1 token a second each, from 2 to 4.
    late = bench.writing([[0.0, 1.0, 2.0, 3.0, 4.0], [2.0, 3.0, 4.0, 5.0, 6.0]])
    assert late == Span(4, 2.0, 4.0)
    assert bench.writing([[0.0, 1.0], [1.0, 2.0]]) is None
    # Two tokens of one moment, as speculation brings them.
    assert bench.writing([[0.0, 2.0, 2.0]]) == Span(2, 0.0, 2.0)


def test_prompts_count_up_to_the_first_token_of_the_last() -> None:
    heard = [bench.Heard(3.0, [5.0], 10), bench.Heard(3.1, [8.0], 20)]
    assert bench.reading(heard) == Span(30, 3.0, 8.0)


def test_what_does_not_fit_is_refused_before_anything_is_read() -> None:
    engine = Clocked()
    with pytest.raises(Problem, match="bench_too_long"):
        measured(SpeedRequest(50, 10, depth=350), engine)
    assert engine.requests == []


def test_an_engine_that_says_nothing_has_failed() -> None:
    engine = ScriptedEngine()  # its script has no reply to random words
    report = engine.load()
    with pytest.raises(Problem, match="engine_ended_early"):
        bench.bench(engine, report, SpeedRequest(5, 5), NEVER, lambda done, total: None)


def test_a_stop_leaves_no_figures() -> None:
    engine, stop = Clocked(), threading.Event()
    ticks = itertools.count()

    def progress(done: int, total: int) -> None:
        if next(ticks) == 1:
            stop.set()

    assert bench.bench(engine, engine.report, SpeedRequest(5, 5), stop, progress, lambda: engine.now) is None
    assert len(engine.requests) == 1
    assert measured(SpeedRequest(5, 5), engine, stop) is None
