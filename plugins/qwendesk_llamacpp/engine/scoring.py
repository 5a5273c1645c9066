"""Scores and embeddings, each in a context of its own beside the chats: constant memory, any length."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from qwendesk.api.engine import Candidate, StopFlag
from qwendesk.api.problem import Problem
from qwendesk.api.scores.outcome import Outcome, Stopped, outcome, windows
from qwendesk.api.scores.texts import refuse_empty
from qwendesk.api.scoring import ScoreRequest, Scores
from qwendesk_llamacpp.engine import context as contexts
from qwendesk_llamacpp.engine.batch import Batch
from qwendesk_llamacpp.engine.model import Model
from qwendesk_llamacpp.engine.native import Floats, Tokens, native
from qwendesk_llamacpp.engine.sampler import top_candidates
from qwendesk_llamacpp.options import LlamaCppOptions

_LOGITS_BYTES = 160 << 20
"""How much memory the logits of one batch may take: half a window of 512 tokens of Qwen's vocabulary."""
_BATCHES = (512, 256, 128, 64)
"""In tokens. 128 took 3 to 4 % longer than 512, and 110, which the kernels cannot cut evenly, 15 %. Below 64
llama.cpp attends in another way, and the perplexity of a short text is up to 0.4 % another one."""


def score(
    model: Model,
    options: LlamaCppOptions,
    request: ScoreRequest,
    stop: StopFlag,
    progress: Callable[[int, int], None],
) -> Scores | None:
    """See `qwendesk.api.scoring.Scorer`."""
    try:
        return _scored(model, options, request, stop, progress)
    except Stopped:
        return None


def _scored(
    model: Model,
    options: LlamaCppOptions,
    request: ScoreRequest,
    stop: StopFlag,
    progress: Callable[[int, int], None],
) -> Scores:
    size = model.vocabulary.size
    tokens, window = windows(request, size, model.trained_context)
    fit = _batches(window, window - request.first + 1, _LOGITS_BYTES // (4 * size))

    def likeliest(row: Floats, count: int) -> tuple[Candidate, ...]:
        return top_candidates(row, count, model.vocabulary)

    with (
        outcome(request, tokens, window, size, likeliest) as found,
        _context(model, options, window, fit) as (context, batch),
    ):
        read = _Reading(model, context, Batch(batch, 1), request, found)
        for start in range(0, len(tokens), window):
            for done in read.window(tokens, start, window):
                progress(done, len(tokens))
                if stop.is_set():
                    raise Stopped
        return found.result(len(tokens) // window)


def _batches(window: int, scored: int, rows: int) -> list[int]:
    """Sizes to try, the best first. Only the scored tokens of a window have rows of logits."""
    return [one for one in _BATCHES if one < 2 * window and min(one, scored) <= rows] or [_BATCHES[-1]]


@contextmanager
def _context(
    model: Model, options: LlamaCppOptions, window: int, batches: Sequence[int], **more: Any
) -> Iterator[tuple[Any, int]]:
    """A context with the first of these batch sizes for which there is memory, and that size in tokens."""
    parameters = contexts.parameters(options)
    parameters.n_ctx, parameters.n_seq_max = window, 1
    for name, value in more.items():
        setattr(parameters, name, value)
    context, batch = _made(model, parameters, batches)
    try:
        contexts.set_adapters(model, context, options.lora)
        yield context, batch
    finally:
        native.llama_free(context)


def _made(model: Model, parameters: Any, batches: Sequence[int]) -> tuple[Any, int]:
    batch, *smaller = batches
    parameters.n_batch = parameters.n_ubatch = batch
    try:
        return contexts.made(model, parameters), batch
    except Problem:
        if not smaller:
            raise
    return _made(model, parameters, smaller)


class _Reading:
    """Windows through the model, rows into the outcome."""

    def __init__(
        self, model: Model, context: Any, batch: Batch, request: ScoreRequest, outcome: Outcome
    ) -> None:
        self._model, self._context, self._batch = model, context, batch
        self._request, self._outcome = request, outcome

    def window(self, tokens: Tokens, start: int, window: int) -> Iterator[int]:
        """Read one window on an empty sequence; yields how many tokens have been read in all."""
        native.llama_memory_clear(native.llama_get_memory(self._context), True)
        fed = tokens[start : start + window].copy()
        if self._model.adds_bos:
            fed[0] = native.llama_vocab_bos(self._model.vocabulary.handle)
        for at in range(0, window, self._batch.size):
            piece = fed[at : at + self._batch.size]
            # The logits of a token say what comes behind it; nothing is asked of the last one.
            first = max(at, self._request.first - 1)
            last = min(at + len(piece), window - 1)
            self._decode(piece, at, at + len(piece) - first)
            if last > first:
                came = tokens[start + first + 1 : start + last + 1]
                self._take(came, start + first + 1)
            yield start + at + len(piece)

    def _decode(self, piece: Tokens, at: int, outputs: int) -> None:
        self._batch.clear()
        self._batch.add(0, piece, at, outputs=max(0, outputs))
        if answer := self._batch.decode(self._context):
            raise Problem("engine_failed", detail=f"llama_decode returned {answer}")

    def _take(self, came: Tokens, place: int) -> None:
        """Use the rows of the last batch; `came` are the tokens that really followed."""
        shape = (len(came), self._model.vocabulary.size)
        self._outcome.take(
            np.ctypeslib.as_array(native.llama_get_logits(self._context), shape=shape), came, place
        )


def embed(
    model: Model, options: LlamaCppOptions, texts: Sequence[Sequence[int]], stop: StopFlag
) -> list[list[float]] | None:
    """See `qwendesk.api.scoring.Embedder`. The file says how tokens are pooled; else the last one counts,
    as in Qwen's embedding models."""
    refuse_empty(texts)
    ended = [[*text, *_end(model)] for text in texts]
    longest = max(map(len, ended), default=0)
    if model.trained_context and longest > model.trained_context:
        raise Problem("prompt_too_long", prompt_tokens=longest, context=model.trained_context)
    pooled = bool(model.value(f"{model.architecture}.pooling_type"))
    pooling = native.LLAMA_POOLING_TYPE_UNSPECIFIED if pooled else native.LLAMA_POOLING_TYPE_LAST
    size = max(_BATCHES[-1], longest)
    vectors = []
    with _context(model, options, size, [size], embeddings=True, pooling_type=pooling) as (context, _size):
        batch = Batch(size, 1)
        for text in ended:
            if stop.is_set():
                return None
            vectors.append(_vector(model, context, batch, text))
    return vectors


def _end(model: Model) -> list[int]:
    """The token that a text ends with, where the file wants one: Qwen's embedding models pool there."""
    vocabulary = model.vocabulary.handle
    return [native.llama_vocab_eos(vocabulary)] if native.llama_vocab_get_add_eos(vocabulary) else []


def _vector(model: Model, context: Any, batch: Batch, text: Sequence[int]) -> list[float]:
    native.llama_memory_clear(native.llama_get_memory(context), True)
    batch.clear()
    batch.add(0, text, 0, outputs=len(text))
    if answer := batch.decode(context):
        raise Problem("engine_failed", detail=f"llama_decode returned {answer}")
    found = ctypes.cast(native.llama_get_embeddings_seq(context, 0), ctypes.POINTER(ctypes.c_float))
    width = native.llama_model_n_embd_out(model.handle)
    vector = np.ctypeslib.as_array(found, shape=(width,)).astype(np.float64)
    length = np.linalg.norm(vector)
    return [float(one) for one in (vector / length if length else vector)]
