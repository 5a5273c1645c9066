"""Ask an engine directly, and look at what it gave."""

from __future__ import annotations

import threading

from fakes import tiny_gguf
from qwendesk.api.engine import Completion, Engine, EngineEvent, EngineRequest, Token
from qwendesk.api.sampling import Sampling

NEVER = threading.Event()
GREEDY = Sampling(temperature=0)
WILD = Sampling(temperature=2, top_k=0, top_p=1, seed=11)
PROMPT = (tiny_gguf.IM_START, *b"hello there")


def collect(engine: Engine, request: EngineRequest) -> list[EngineEvent]:
    """Everything the engine gives."""
    return list(engine.generate(request, NEVER))


def tokens_of(events: list[EngineEvent]) -> list[Token]:
    return [one for one in events if isinstance(one, Token)]


def ids_of(events: list[EngineEvent]) -> list[int]:
    return [one.id for one in tokens_of(events)]


def end_of(events: list[EngineEvent]) -> Completion:
    last = events[-1]
    assert isinstance(last, Completion)
    return last
