"""How fast an engine reads and writes, by nothing but what every engine does for a reply.

Texts are random words, so that nothing of them is cached and the experts of a mixture are as busy as with
anything else. Sampling is greedy and the end of a text is forbidden: every reply has its length. All of it
goes the way of a reply, sampling and handing over included.
"""

from __future__ import annotations

import itertools
import math
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from qwendesk.api.engine import Completion, Engine, EngineRequest, LoadReport, StopFlag, Token
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling
from qwendesk.api.speed import Span, Speed, SpeedRequest

Clock = Callable[[], float]

# llama.cpp ends a text at these, whatever id the file names (llama-vocab.cpp); Qwen's name the first two.
_ENDS = ("<|im_end|>", "<|endoftext|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>", "<|end_of_text|>")
_GREEDY = Sampling(temperature=0.0)
# Latin, Chinese and Korean: tokens from all over Qwen's vocabularies.
_SCRIPTS = (range(0x61, 0x7B), range(0x4E00, 0x9FA6), range(0xAC00, 0xD7A4))
_WORDS = 256
_STEPS = 3
_TRIES = 3


@dataclass(slots=True)
class Heard:
    """One request's way: when it was sent, when its tokens came, and how much of its prompt was read."""

    began: float
    times: list[float] = field(default_factory=list)
    read: int = 0


def bench(
    engine: Engine,
    report: LoadReport,
    asked: SpeedRequest,
    stop: StopFlag,
    progress: Callable[[int, int], None],
    clock: Clock = time.monotonic,
) -> Speed | None:
    """One repetition; None where `stop` was set.

    Raises:
        Problem: `bench_too_long` (tokens, context), `engine_ended_early`, and what the engine raises.
    """
    if asked.context > report.context:
        raise Problem("bench_too_long", tokens=asked.context, context=report.context)
    course = _Course(engine, report, asked, stop, clock)
    read = written = None
    if asked.depth:
        course.run(asked.depth, 1, fresh=True)
    # Steps are told between measurements only: writing to the pipe takes time.
    progress(1, _STEPS)
    if asked.prompt and not stop.is_set():
        read = reading(course.run(asked.depth + asked.prompt, 1, fresh=not asked.depth))
    progress(2, _STEPS)
    if asked.decode > 1:
        # A small model may be through with one text before another is begun.
        for _try in range(_TRIES):
            if written is None and not stop.is_set():
                heard = course.run(max(asked.depth, 1), asked.decode, fresh=not asked.depth)
                written = writing([one.times for one in heard])
    return None if stop.is_set() else Speed(read, written)


def reading(heard: Sequence[Heard]) -> Span | None:
    """What all prompts together were read in, up to the first token of the last of them."""
    began, ended = min(one.began for one in heard), max(one.times[0] for one in heard)
    return Span(sum(one.read for one in heard), began, ended) if ended > began else None


def writing(times: Sequence[Sequence[float]]) -> Span | None:
    """What replies whose tokens came at these times wrote while all were at work; None if they never were."""
    began, ended = max(one[0] for one in times), min(one[-1] for one in times)
    if ended <= began:
        return None
    pairs = (pair for one in times for pair in itertools.pairwise(one))
    return Span(sum(_within(*pair, began, ended) for pair in pairs), began, ended)


def _within(before: float, came: float, began: float, ended: float) -> float:
    """How much of a token was made within a span: it is in the making since the one before it."""
    if came <= before:
        return float(began < came <= ended)
    return max(0.0, min(came, ended) - max(before, began)) / (came - before)


class _Course:
    """The texts of one repetition, and the requests that are made of them."""

    def __init__(
        self, engine: Engine, report: LoadReport, asked: SpeedRequest, stop: StopFlag, clock: Clock
    ) -> None:
        self._engine, self._stop, self._clock = engine, stop, clock
        self._bias = dict.fromkeys(ends(engine, report), -math.inf)
        longest = max(asked.depth + asked.prompt, 1)
        self._texts = [ordinary(engine, longest, f"{asked.seed} {one}") for one in range(asked.batch)]

    def run(self, length: int, count: int, *, fresh: bool) -> list[Heard]:
        """`count` tokens behind the first `length` of every text, all at once.

        Raises:
            Problem: `engine_ended_early`, where a reply has no token.
        """
        requests = [
            EngineRequest(one[:length], _GREEDY, count, logit_bias=self._bias, draft=False, fresh=fresh)
            for one in self._texts
        ]
        start = threading.Barrier(len(requests))
        with ThreadPoolExecutor(len(requests)) as pool:
            heard = list(pool.map(partial(self._heard, start), requests))
        if not all(one.times for one in heard):
            if not self._stop.is_set():
                raise Problem("engine_ended_early")
            # Whoever stopped it wants none of this.
            return [Heard(0.0, [0.0]) for _ in heard]
        return heard

    def _heard(self, start: threading.Barrier, request: EngineRequest) -> Heard:
        clock = self._clock
        # Threads take a while to begin: a small model would be through with one text before the next is sent.
        start.wait()
        heard = Heard(clock())
        for event in self._engine.generate(request, self._stop):
            if isinstance(event, Token):
                heard.times.append(clock())
            elif isinstance(event, Completion):
                heard.read = event.prompt_tokens - event.reused_tokens
        return heard


def ends(engine: Engine, report: LoadReport) -> set[int]:
    """The tokens that end a text, as far as they have a name that is known."""
    found = [engine.tokenize(one, special=True) for one in {report.eos, *_ENDS} if one]
    return {one[0] for one in found if len(one) == 1 and engine.is_special(one[0])}


def ordinary(engine: Engine, count: int, seed: str) -> tuple[int, ...]:
    """So many tokens of random words, none of them special; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    found: list[int] = []
    while len(found) < count:
        text = " ".join(_word(chance) for _ in range(_WORDS))
        ids = engine.tokenize(text, special=False)
        found += [one for one in ids if not engine.is_special(one)]
    return tuple(found[:count])


def _word(chance: random.Random) -> str:
    return "".join(map(chr, chance.choices(chance.choice(_SCRIPTS), k=chance.randint(1, 6))))
