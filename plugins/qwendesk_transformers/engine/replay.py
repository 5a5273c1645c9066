"""The step of one token, recorded once on a card and played again: the card waits for no Python."""

from __future__ import annotations

import logging
from typing import Any

import torch

from qwendesk_transformers.engine.sequence import Sequence

_log = logging.getLogger(__name__)
_RUNS = 3
"""Before recording: libraries choose their kernels and take their memory (PyTorch, CUDA graphs)."""


class Replay:
    """For one sequence with a cache of a fixed size; see https://docs.pytorch.org/docs/stable/notes/cuda.html."""

    def __init__(self, run: Any, sequence: Sequence, device: torch.device) -> None:
        """Record. What the card cannot record raises a RuntimeError; the sequence is as it was."""
        self.sequence, self._cache = sequence, sequence.cache
        self._token = torch.zeros((1, 1), dtype=torch.long, device=device)
        self._place = torch.zeros((1, 1), dtype=torch.long, device=device)
        self._graph = torch.cuda.CUDAGraph()
        lengths = [layer.cumulative_length for layer in self._cache.layers]
        before = [one.clone() for one in lengths]
        try:
            stream = torch.cuda.Stream(device)
            stream.wait_stream(torch.cuda.current_stream(device))
            with torch.cuda.stream(stream):
                for _ in range(_RUNS):
                    self._step(run)
                    self._back(lengths, before)
            torch.cuda.current_stream(device).wait_stream(stream)
            with torch.cuda.graph(self._graph):
                self._logits = self._step(run)
        finally:
            self._back(lengths, before)

    def _step(self, run: Any) -> torch.Tensor:
        out = run(
            input_ids=self._token,
            position_ids=self._place,
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
        )
        logits: torch.Tensor = out.logits[0]
        return logits

    @staticmethod
    def _back(lengths: list[torch.Tensor], before: list[torch.Tensor]) -> None:
        for one, old in zip(lengths, before, strict=True):
            one.copy_(old)

    def __call__(self, token: int, place: int) -> torch.Tensor:
        """Logits, shape (1, vocabulary), until the next call."""
        self._token.fill_(token)
        self._place.fill_(place)
        self._graph.replay()
        return self._logits


def record(run: Any, sequence: Sequence, device: torch.device) -> Replay | None:
    """None where the model's code cannot be recorded; it is run as ever then."""
    try:
        return Replay(run, sequence, device)
    except Exception as error:
        _log.warning("The step of one token cannot be recorded: %s", type(error).__name__)
        return None
