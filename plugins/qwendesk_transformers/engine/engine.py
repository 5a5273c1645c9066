"""The engine: one model of Transformers, driven token by token. Runs only in a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from qwendesk.api.engine import (
    Completion,
    EngineEvent,
    EngineRequest,
    LoadProgress,
    LoadReport,
    ModelFiles,
    StopFlag,
)
from qwendesk.api.problem import Problem
from qwendesk.api.scoring import ScoreRequest, Scores
from qwendesk_transformers.engine import quantizing, scoring
from qwendesk_transformers.engine.job import Job
from qwendesk_transformers.engine.loaded import Loaded, load
from qwendesk_transformers.engine.sampler import Sampler

# How long the end of a request may take the caller's time. Worth waiting for: a request sent while
# the sequence is still busy would go to another one, and lose the prompt that is cached here.
_RELEASE_S = 0.5


class TransformersEngine:
    """See `qwendesk.api.engine.Engine`, and `Scorer` and `Embedder` in `qwendesk.api.scoring`."""

    def __init__(self) -> None:
        self._loaded: Loaded | None = None

    def load(self, model: ModelFiles, options: Any, progress: Callable[[LoadProgress], None]) -> LoadReport:
        """Load a folder with safetensors files; `options` is a TransformersOptions. Raises Problem."""
        self._loaded = loaded = load(model.path, options, progress)
        report = loaded.report()
        return replace(report, notes=(*report.notes, *quantizing.notes(loaded.model, report)))

    def _ready(self) -> Loaded:
        if self._loaded is None:
            raise Problem("engine_failed", detail="no model is loaded")
        return self._loaded

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """Token ids, nothing added in front."""
        return self._ready().vocabulary.tokenize(text, special=special)

    def detokenize(self, tokens: Sequence[int]) -> bytes:
        """The bytes of the tokens, special ones spelled out."""
        return self._ready().vocabulary.join(tokens)

    def is_special(self, token: int) -> bool:
        """Whether the token means more than its text."""
        return self._ready().vocabulary.is_special(token)

    def generate(self, request: EngineRequest, stop: StopFlag) -> Iterator[EngineEvent]:
        """See `Engine.generate`."""
        loaded = self._ready()
        if request.max_tokens is not None and request.max_tokens < 1:
            yield Completion("length", len(request.tokens), 0)
            return
        placed = loaded.senses.place(request)
        self._check(loaded, request, placed.cells)
        if placed.media:
            request = replace(request, draft=False)
        schema = request.json_schema
        grammar = loaded.grammars.of(schema) if schema is not None else None
        make = partial(Sampler, loaded.vocabulary, request, loaded.context, grammar)
        job = Job(request, placed, make)
        loaded.scheduler.submit(job)
        try:
            yield from job.events(stop)
        finally:
            loaded.scheduler.cancel(job)
            job.released.wait(_RELEASE_S)

    @staticmethod
    def _check(loaded: Loaded, request: EngineRequest, prompt: Sequence[int]) -> None:
        """What the model would choke on. Raises Problem."""
        if len(prompt) >= loaded.context:
            raise Problem("prompt_too_long", prompt_tokens=len(prompt), context=loaded.context)
        if not request.tokens:
            raise Problem("prompt_empty")
        if any(not 0 <= token < loaded.vocabulary.size for token in request.tokens):
            raise Problem("engine_failed", detail="a token lies outside the vocabulary")

    def score(
        self, request: ScoreRequest, stop: StopFlag, progress: Callable[[int, int], None]
    ) -> Scores | None:
        """See `qwendesk.api.scoring.Scorer`."""
        return scoring.score(self._ready(), request, stop, progress)

    def embed(self, texts: Sequence[Sequence[int]], stop: StopFlag) -> list[list[float]] | None:
        """See `qwendesk.api.scoring.Embedder`."""
        return scoring.embed(self._ready(), texts, stop)

    def close(self) -> None:
        """End what is running and free the model."""
        loaded, self._loaded = self._loaded, None
        if loaded is not None:
            loaded.close()
