"""Speculation by a small model of the same family: it guesses, the large one checks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import numpy as np

from qwendesk.api.engine import LoadProgress
from qwendesk.api.problem import Problem
from qwendesk_llamacpp.engine import context as contexts
from qwendesk_llamacpp.engine.batch import Batch
from qwendesk_llamacpp.engine.model import Model, load_model
from qwendesk_llamacpp.engine.native import Tokens, logits, native
from qwendesk_llamacpp.engine.sequence import Sequence, common
from qwendesk_llamacpp.engine.vocabulary import Vocabulary
from qwendesk_llamacpp.options import LlamaCppOptions


class DraftModel:
    """The small model with one sequence, which follows whoever asks; only the scheduler's thread asks."""

    def __init__(self, model: Model, context: Any, batch: int) -> None:
        self._model, self._context = model, context
        self._sequence = Sequence(context, 0, native.llama_n_ctx_seq(context), recurrent=model.recurrent)
        self._batch = Batch(batch, 1)

    def drafter(self) -> ModelDrafter:
        """One for a request."""
        return ModelDrafter(self)

    def guess(self, text: Tokens, count: int) -> list[int]:
        """How the text goes on, the likeliest token each time; ends before an end of text."""
        count = min(count, self._sequence.size - len(text))
        if count < 1:
            return []
        usable = self._sequence.reachable(min(common(self._sequence.tokens, text), len(text) - 1))
        self._sequence.keep(usable)
        guesses: list[int] = []
        fed: Tokens | list[int] = text[usable:]
        while len(guesses) < count:
            token = self._next(fed)
            if token is None or self._model.vocabulary.ends(token):
                break
            guesses.append(token)
            fed = [token]
        return guesses

    def _next(self, fed: Tokens | list[int]) -> int | None:
        """Read tokens and pick the likeliest one behind them; None where the model failed."""
        for start in range(0, len(fed), self._batch.size):
            piece = fed[start : start + self._batch.size]
            self._batch.clear()
            self._batch.add(0, piece, len(self._sequence), outputs=int(start + len(piece) == len(fed)))
            if self._batch.decode(self._context):
                self._sequence.clear()
                return None
            self._sequence.read(piece)
        return int(logits(self._context, -1, self._model.vocabulary.size).argmax())

    def close(self) -> None:
        native.llama_free(self._context)
        self._model.close()


class ModelDrafter:
    """See `Drafter`: the text of one request."""

    def __init__(self, model: DraftModel) -> None:
        self._model = model
        self._text = np.empty(0, np.int32)
        self._count = 0

    def follow(self, tokens: Tokens) -> None:
        """Grow by doubling: a token at a time would copy the whole text each time."""
        end = self._count + len(tokens)
        if end > len(self._text):
            self._text = np.concatenate([self._text[: self._count], np.empty(max(end, 256), np.int32)])
        self._text[self._count : end] = tokens
        self._count = end

    def guess(self, count: int) -> list[int]:
        return self._model.guess(self._text[: self._count], count)

    def close(self) -> None:
        """The model goes on for others."""


def load_draft_model(
    options: LlamaCppOptions, large: Vocabulary, context_size: int, progress: Callable[[LoadProgress], None]
) -> DraftModel:
    """Load the file that the options name.

    Raises:
        Problem: `draft_model_unfit` (path, detail), and what loading raises.
    """
    if not options.draft_model:
        raise Problem("draft_model_unfit", path="", detail="no file is named")
    own = replace(options, context=context_size, slots=1, lora="", devices="", tensor_split="")
    with ExitStack() as undo:
        model = load_model(options.draft_model, own, options.gpu_layers or 0, progress)
        undo.callback(model.close)
        if detail := _difference(model.vocabulary, large):
            raise Problem("draft_model_unfit", path=options.draft_model, detail=detail)
        parameters = contexts.parameters(own)
        parameters.n_ctx, parameters.n_seq_max = context_size, 1
        parameters.n_rs_seq = options.draft_max if model.recurrent else 0
        context = contexts.made(model, parameters)
        undo.pop_all()
        return DraftModel(model, context, native.llama_n_batch(context))


def _difference(small: Vocabulary, large: Vocabulary) -> str:
    """What sets two vocabularies apart; empty where a token means the same in both."""
    if small.size != large.size:
        return f"its vocabulary has {small.size} tokens, the model's has {large.size}"
    text = native.llama_vocab_get_text
    other = next((id for id in range(large.size) if text(small.handle, id) != text(large.handle, id)), None)
    return "" if other is None else f"token {other} is another one"
