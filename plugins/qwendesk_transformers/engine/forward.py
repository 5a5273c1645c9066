"""The model on sequences: a stretch of one, or the next token of several in one batch."""

from __future__ import annotations

from collections.abc import Sequence as Many
from typing import Any

import torch

from qwendesk_transformers.engine import caches, replay, together
from qwendesk_transformers.engine.media import Medium
from qwendesk_transformers.engine.sequence import Sequence


class Forward:
    """Only the scheduler's thread may call anything."""

    def __init__(
        self, model: Any, sequences: Many[Sequence], *, compiled: bool = False, recorded: bool = False
    ) -> None:
        """`sequences`: those that may share a batch, where every layer of theirs keeps all tokens.

        `compiled`: single tokens go through compiled code. `recorded`: they are recorded on the card and
        played again. Both want one sequence with a cache of a fixed size.
        """
        self._model, self._device = model, model.device
        self._single = torch.compile(model, dynamic=False) if compiled else model
        self._plain = all(one.plain for one in sequences)
        self._together = together.Together(model.config, max(one.size for one in sequences), len(sequences))
        self._to_record = recorded
        self._replay: replay.Replay | None = None

    def read(
        self, sequence: Sequence, tokens: Many[int], medium: Medium | None = None, *, every: bool = False
    ) -> torch.Tensor:
        """Logits, shape (1 or `every` token's, vocabulary), behind these tokens of one sequence.

        Where a medium is given, the tokens are its cells.
        """
        self.part(sequence)
        if len(tokens) == 1 and medium is None and (replayed := self._recorded(sequence)) is not None:
            logits = replayed(tokens[0], sequence.place)
            sequence.read(tokens)
            return logits
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
        found: torch.Tensor = out.logits[0]
        return found

    def begin(self, sequences: Many[Sequence], texts: Many[Many[int]]) -> torch.Tensor:
        """The beginnings of several sequences that hold nothing yet, read at once; all have to be plain.

        Returns:
            The logits behind each, shape (sequences, vocabulary).
        """
        longest = max(map(len, texts))
        # On the right nobody looks at what fills a row up: no token looks ahead.
        ids = torch.tensor([[*text, *[0] * (longest - len(text))] for text in texts], device=self._device)
        ends = sorted({len(text) - 1 for text in texts})
        cache = caches.empty(self._model.config)
        out = self._model(
            input_ids=ids,
            position_ids=torch.arange(longest, device=self._device)[None].expand(len(texts), -1),
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=torch.tensor(ends, device=self._device),
        )
        for row, (one, text) in enumerate(zip(sequences, texts, strict=True)):
            for own, layer in zip(one.cache.layers, cache.layers, strict=True):
                own.update(*(of[row : row + 1, :, : len(text)] for of in (layer.keys, layer.values)))
            one.read(text)
        found: torch.Tensor = out.logits[range(len(texts)), [ends.index(len(text) - 1) for text in texts]]
        return found

    def _recorded(self, sequence: Sequence) -> replay.Replay | None:
        """The step of one token, recorded now where it is the first."""
        if self._to_record and len(sequence):
            self._to_record = False
            self._replay = replay.record(self._single, sequence, self._device)
        return self._replay if self._replay is not None and self._replay.sequence is sequence else None

    def step(self, sequences: Many[Sequence], tokens: Many[int]) -> torch.Tensor:
        """The next logits of each sequence, shape (sequences, vocabulary), behind one token more."""
        feed = dict(zip(sequences, tokens, strict=True))
        if len(feed) == 1:
            return self.read(sequences[0], [tokens[0]])
        if not self._plain or not together.pays([len(one) for one in sequences]):
            return torch.cat([self.read(one, [token]) for one, token in feed.items()])
        self._together.hold(list(sequences))
        mask = self._together.step(self._device)
        members = list(self._together.members)
        out = self._model(
            input_ids=torch.tensor([[feed[one]] for one in members], device=self._device),
            position_ids=torch.tensor([[one.place] for one in members], device=self._device),
            attention_mask=mask,
            past_key_values=self._together.cache,
            use_cache=True,
            logits_to_keep=1,
        )
        for one in members:
            one.read([feed[one]])
        found: torch.Tensor = out.logits[:, -1]
        return found[[members.index(one) for one in sequences]]

    def part(self, sequence: Sequence) -> None:
        """Before something is done with one sequence alone."""
        if sequence in self._together.members:
            self._together.leave(sequence)

    def forget(self) -> None:
        """The batch is not trusted any more."""
        self._together.forget()
