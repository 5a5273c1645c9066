"""The bundled model through this engine: text that means something."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from qwendesk.api.engine import Completion, EngineRequest, ModelFiles, Token
from qwendesk.api.sampling import Sampling
from qwendesk_llamaserver.engine import LlamaServerEngine
from qwendesk_llamaserver.options import LlamaServerOptions

PROMPT = "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"


@pytest.fixture
def engine(seedling: Path) -> Iterator[LlamaServerEngine]:
    if not seedling.is_file():
        pytest.skip("the bundled model is not there")
    made = LlamaServerEngine()
    made.load(ModelFiles(str(seedling), "gguf"), LlamaServerOptions(context=None, threads=1), lambda _: None)
    yield made
    made.close()


def run(engine: LlamaServerEngine, tokens: list[int], limit: int) -> tuple[list[int], Completion]:
    request = EngineRequest(tuple(tokens), Sampling(temperature=0), max_tokens=limit)
    events = list(engine.generate(request, threading.Event()))
    last = events[-1]
    assert isinstance(last, Completion)
    return [one.id for one in events if isinstance(one, Token)], last


def test_it_answers_and_stops(engine: LlamaServerEngine) -> None:
    ids, end = run(engine, engine.tokenize(PROMPT, special=True), 300)
    assert end.reason == "stop"
    text = engine.detokenize(ids).decode()
    assert text.strip()
    assert "<|im_end|>" not in text


def test_what_was_generated_can_be_fed_again(engine: LlamaServerEngine) -> None:
    prompt = engine.tokenize(PROMPT, special=True)
    whole, _ = run(engine, prompt, 12)
    half, _ = run(engine, prompt, 5)
    rest, end = run(engine, prompt + half, 7)
    assert half + rest == whole
    assert end.reused_tokens >= len(prompt)
