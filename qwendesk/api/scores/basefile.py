"""The full distributions of a reference model, as `llama-perplexity --kl-divergence-base` writes them.

A header ("_logits_", window, vocabulary, windows, tokens), then for each scored token a row of 16-bit
numbers: the scale and the smallest log-probability as floats, then the log-probabilities in steps of
the scale above the smallest, which lies at most 16 below the largest. A row takes 2 bytes for each token
of the vocabulary. The second half of each window is scored. Source: tools/perplexity/perplexity.cpp.
"""

from __future__ import annotations

import errno
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from qwendesk.api.problem import Problem
from qwendesk.api.scores.layout import HEAD, MAGIC, first_scored, row_bytes

Floats = NDArray[np.float32]
Tokens = NDArray[np.int32]
_DEEPEST = 16.0
_STEPS = 65535.0


class BaseWriter:
    """Writes beside the file and puts it in place with `__exit__`, unless something failed."""

    def __init__(self, path: str, tokens: Tokens, window: int, vocabulary: int) -> None:
        self._path = Path(path)
        self._part = self._path.with_name(self._path.name + ".part")
        self._head = MAGIC + np.array([window, vocabulary, len(tokens) // window], "<i4").tobytes()
        self._tokens = tokens
        self._width = row_bytes(vocabulary) // 2

    def __enter__(self) -> BaseWriter:
        self._file = self._opened()
        self._write(self._head + self._tokens.astype("<i4").tobytes())
        return self

    def _opened(self) -> BinaryIO:
        try:
            return self._part.open("wb")
        except OSError as error:
            raise _unwritten(self._path, error) from error

    def add(self, logits: Floats, totals: Floats) -> None:
        """Rows of logits, shape (tokens, vocabulary), and the logarithms of their sums of exponentials."""
        best, lowest = logits.max(axis=1), logits.min(axis=1)
        least = np.maximum(lowest, best - np.float32(_DEEPEST))
        scale = (best - least) / np.float32(_STEPS)
        steps = logits - least[:, None]
        steps /= np.where(scale > 0, scale, 1)[:, None]
        np.rint(steps, out=steps)
        np.clip(steps, 0, _STEPS, out=steps)
        rows = np.zeros((len(logits), self._width), "<u2")
        rows[:, 4 : 4 + logits.shape[1]] = steps
        rows[:, :4] = np.stack([scale, least - totals], axis=1).astype("<f4").view("<u2")
        self._write(rows.tobytes())

    def _write(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            raise _unwritten(self._path, error) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
            if kind is None:
                self._part.replace(self._path)
        except OSError as failure:
            raise _unwritten(self._path, failure) from failure
        finally:
            self._part.unlink(missing_ok=True)


class BaseReader:
    """A file made for the same tokens; its rows in order.

    Raises:
        Problem: `score_reference` (path, detail) where it is something else.
    """

    def __init__(self, path: str, tokens: Tokens, window: int, vocabulary: int) -> None:
        self._path = path
        try:
            self._data = np.memmap(path, np.uint8, "r")
        except (OSError, ValueError) as error:
            raise Problem("score_reference", path=path, detail=str(error)[:200]) from error
        self._check(tokens, window, vocabulary)
        width = row_bytes(vocabulary) // 2
        count = (len(tokens) // window) * (window - first_scored(window))
        start = HEAD + 4 * len(tokens)
        if len(self._data) < start + count * width * 2:
            raise self._problem("it ends too early")
        self._rows = self._data[start : start + count * width * 2].view("<u2").reshape(count, width)
        self._vocabulary = vocabulary

    def _check(self, tokens: Tokens, window: int, vocabulary: int) -> None:
        if self._data[: len(MAGIC)].tobytes() != MAGIC or len(self._data) < HEAD + 4 * len(tokens):
            raise self._problem("it holds no log-probabilities")
        head = self._data[len(MAGIC) : HEAD].view("<i4").tolist()
        if head[1] != vocabulary:
            raise self._problem(f"its vocabulary has {head[1]} tokens, this one has {vocabulary}")
        if head[0] != window:
            raise self._problem(f"its windows have {head[0]} tokens")
        if head[2] != len(tokens) // window:
            raise self._problem("it was made from another text")
        if not np.array_equal(self._data[HEAD : HEAD + 4 * len(tokens)].view("<i4"), tokens):
            raise self._problem("it was made from another text")

    def _problem(self, detail: str) -> Problem:
        return Problem("score_reference", path=self._path, detail=detail)

    def rows(self, start: int, room: Floats) -> Floats:
        """Log-probabilities from this row on, shape (count, vocabulary), as many as there is room for."""
        rows = np.asarray(self._rows[start : start + len(room)])
        head = np.ascontiguousarray(rows[:, :4]).view("<f4")
        np.multiply(rows[:, 4 : 4 + self._vocabulary], head[:, :1], out=room)
        room += head[:, 1:2]
        return room


def _unwritten(path: Path, error: OSError) -> Problem:
    if error.errno == errno.ENOSPC:
        return Problem("disk_full", path=str(path))
    return Problem("score_reference", path=str(path), detail=error.strerror or str(error))
