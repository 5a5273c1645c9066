"""The model on sequences: a stretch of one, or the next token of several in one batch."""

from __future__ import annotations

from collections.abc import Sequence as Many
from typing import Any

import torch

from qwendesk_transformers.engine.caches import Together
from qwendesk_transformers.engine.media import Medium
from qwendesk_transformers.engine.sequence import Sequence

_MODES = {"cuda": "reduce-overhead"}
"""How torch.compile is asked on a device; there, launching kernels one by one costs more than they do."""


class Forward:
    """Only the scheduler's thread may call anything."""

    def __init__(self, model: Any, *, plain: bool, compiled: bool = False) -> None:
        """`plain`: every layer keeps all tokens, so that sequences can share a batch.

        `compiled`: single tokens go through compiled code, which wants a cache of a fixed size.
        """
        self._model, self._plain = model, plain
        self._single = torch.compile(model, mode=_MODES.get(model.device.type)) if compiled else model
        self._device = model.device
        self._together: Together | None = None
        self._members: list[Sequence] = []

    def read(
        self, sequence: Sequence, tokens: Many[int], medium: Medium | None = None, *, every: bool = False
    ) -> torch.Tensor:
        """Logits, shape (1 or `every` token's, vocabulary), behind these tokens of one sequence.

        Where a medium is given, the tokens are its cells.
        """
        self.part(sequence)
        ids = torch.tensor([tokens if medium is None else [medium.token] * len(tokens)], device=self._device)
        start = sequence.place
        places = torch.arange(start, start + len(tokens), device=self._device)[None]
        seen: dict[str, torch.Tensor] = {}
        if medium is not None:
            seen = {name: one.to(self._device) for name, one in medium.inputs().items()}
            if medium.positions is not None:
                places = medium.positions.to(self._device) + start
        run = self._single if len(tokens) == 1 and medium is None else self._model
        out = run(
            input_ids=ids,
            position_ids=places,
            past_key_values=sequence.cache,
            use_cache=True,
            logits_to_keep=0 if every else 1,
            **seen,
        )
        sequence.read(tokens, medium)
        logits: torch.Tensor = out.logits[0]
        return logits

    def step(self, sequences: Many[Sequence], tokens: Many[int]) -> list[torch.Tensor]:
        """The next logits of each sequence, shape (vocabulary,), behind one token more."""
        if len(sequences) == 1 or not self._plain:
            return [self.read(one, [token])[-1] for one, token in zip(sequences, tokens, strict=True)]
        together = self._joined(list(sequences))
        ids = torch.tensor([[one] for one in tokens], device=self._device)
        places = torch.tensor([[one.place] for one in sequences], device=self._device)
        out = self._model(
            input_ids=ids,
            position_ids=places,
            attention_mask=together.mask(1, self._device),
            past_key_values=together.cache,
            use_cache=True,
            logits_to_keep=1,
        )
        for one, token in zip(sequences, tokens, strict=True):
            one.read([token])
        return list(out.logits[:, -1])

    def _joined(self, sequences: list[Sequence]) -> Together:
        if self._together is None or self._members != sequences:
            self._dissolve()
            lengths = [len(one) for one in sequences]
            given = [one.give() for one in sequences]
            self._together = Together(self._model.config, given, lengths, max(one.size for one in sequences))
            self._members = sequences
        return self._together

    def part(self, sequence: Sequence) -> None:
        """Before something is done with one sequence alone."""
        if sequence in self._members:
            self._dissolve()

    def _dissolve(self) -> None:
        if self._together is not None:
            for one, cache in zip(self._members, self._together.apart(), strict=True):
                one.take(cache)
        self.forget()

    def forget(self) -> None:
        """The batch is not trusted any more."""
        self._together, self._members = None, []
