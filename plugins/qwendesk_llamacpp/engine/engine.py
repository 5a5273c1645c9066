"""The engine: one model in llama.cpp, driven token by token. Runs only in a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
from qwendesk_llamacpp.engine import scoring
from qwendesk_llamacpp.engine.grammar import grammar_of
from qwendesk_llamacpp.engine.job import Job
from qwendesk_llamacpp.engine.loaded import Loaded, load
from qwendesk_llamacpp.engine.sampler import Sampler
from qwendesk_llamacpp.engine.vision import Seen

# How long the end of a request may take the caller's time. Worth waiting for: a request sent while
# the sequence is still busy would go to another one, and lose the prompt that is cached here.
_RELEASE_S = 0.5


class LlamaCppEngine:
    """See `qwendesk.api.engine.Engine`, and `Scorer` and `Embedder` in `qwendesk.api.scoring`."""

    def __init__(self) -> None:
        self._loaded: Loaded | None = None

    def load(self, model: ModelFiles, options: Any, progress: Callable[[LoadProgress], None]) -> LoadReport:
        """Load a GGUF file; `options` is a LlamaCppOptions. Raises Problem."""
        self._loaded = loaded = load(model.path, options, progress)
        return loaded.report()

    def _ready(self) -> Loaded:
        if self._loaded is None:
            raise Problem("engine_failed", detail="no model is loaded")
        return self._loaded

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """Token ids, nothing added in front."""
        return self._ready().model.vocabulary.tokenize(text, special=special)

    def detokenize(self, tokens: Sequence[int]) -> bytes:
        """The bytes of the tokens, special ones spelled out."""
        return self._ready().model.vocabulary.join(tokens)

    def is_special(self, token: int) -> bool:
        """Whether the token means more than its text."""
        return self._ready().model.vocabulary.is_special(token)

    def generate(self, request: EngineRequest, stop: StopFlag) -> Iterator[EngineEvent]:
        """See `Engine.generate`."""
        loaded = self._ready()
        if request.max_tokens is not None and request.max_tokens < 1:
            yield Completion("length", len(request.tokens), 0)
            return
        seen = self._seen(loaded, request)
        job = Job(request, seen, self._sampler_maker(loaded, request, len(seen.cells)))
        loaded.scheduler.submit(job)
        try:
            yield from job.events(stop)
        finally:
            loaded.scheduler.cancel(job)
            job.released.wait(_RELEASE_S)

    @staticmethod
    def _seen(loaded: Loaded, request: EngineRequest) -> Seen:
        """The prompt with its images looked at. Raises Problem."""
        if request.audios:
            raise Problem("audio_unsupported")
        if not request.images:
            return Seen(request.tokens, -1, [])
        if loaded.eye is None:
            raise Problem("images_unsupported")
        return Seen(request.tokens, loaded.eye.pad, [loaded.eye.look(one) for one in request.images])

    @staticmethod
    def _sampler_maker(loaded: Loaded, request: EngineRequest, cells: int) -> Callable[[], Sampler]:
        """Checks what the model would choke on. Raises Problem."""
        vocabulary, context = loaded.model.vocabulary, loaded.context_size
        if cells >= context:
            raise Problem("prompt_too_long", prompt_tokens=cells, context=context)
        if not request.tokens:
            raise Problem("prompt_empty")
        if any(not 0 <= token < vocabulary.size for token in request.tokens):
            raise Problem("engine_failed", detail="a token lies outside the vocabulary")
        grammar = grammar_of(request.json_schema) if request.json_schema is not None else None
        return partial(Sampler, vocabulary, request, grammar, context)

    def score(
        self, request: ScoreRequest, stop: StopFlag, progress: Callable[[int, int], None]
    ) -> Scores | None:
        """See `qwendesk.api.scoring.Scorer`."""
        loaded = self._ready()
        return scoring.score(loaded.model, loaded.options, request, stop, progress)

    def embed(self, texts: Sequence[Sequence[int]], stop: StopFlag) -> list[list[float]] | None:
        """See `qwendesk.api.scoring.Embedder`."""
        loaded = self._ready()
        return scoring.embed(loaded.model, loaded.options, texts, stop)

    def close(self) -> None:
        """End what is running and free the model."""
        loaded, self._loaded = self._loaded, None
        if loaded is not None:
            loaded.close()
