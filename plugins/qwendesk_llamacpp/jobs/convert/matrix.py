"""Weights as rows that are read when they are asked for: a tensor is never in memory as a whole.

Transposed, put in another order, stacked or scaled, they stay rows: what is written is read in pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qwendesk_llamacpp.jobs.convert.decoding import RAW, Floats, decode
from qwendesk_llamacpp.jobs.convert.header import Stored

Indices = NDArray[np.intp]


class Matrix(Protocol):
    """Rows of one width."""

    @property
    def rows(self) -> int: ...
    @property
    def width(self) -> int: ...
    def take(self, index: Indices) -> Floats:
        """These rows, shape (len(index), width)."""


class Mapped:
    """A tensor in its file. A vector is one row; the leading axes of others are one.

    Args:
        file: the bytes of the whole file, mapped.
        turned: exchange the last two axes.
    """

    def __init__(self, file: NDArray[np.uint8], stored: Stored, *, turned: bool = False) -> None:
        data = file[stored.offset : stored.offset + stored.size].view(RAW[stored.dtype])
        data = data.reshape(stored.shape or (1,))
        self._data: NDArray[Any] = data.swapaxes(-1, -2) if turned else data
        self._kind = stored.dtype
        self.width: int = self._data.shape[-1]
        self.rows = self._data.size // max(self.width, 1)

    def take(self, index: Indices) -> Floats:
        if self._data.ndim == 1:
            return decode(self._kind, self._data[np.newaxis])[index]
        places = np.unravel_index(index, self._data.shape[:-1])
        return decode(self._kind, self._data[places])


@dataclass(frozen=True, slots=True)
class Scaled:
    """Eight-bit weights and the scale of each block of them; blocks at the edges may be cut.

    Attributes:
        scales: for each matrix, each block of rows and each block of columns.
        block: how many rows and columns have one scale.
        height: rows of one matrix, of which there may be several (experts).
    """

    codes: Matrix
    scales: Floats
    block: tuple[int, int]
    height: int

    @property
    def rows(self) -> int:
        return self.codes.rows

    @property
    def width(self) -> int:
        return self.codes.width

    def take(self, index: Indices) -> Floats:
        high, wide = self.block
        matrix, inside = np.divmod(index, self.height)
        scale: Floats = np.repeat(self.scales[matrix, inside // high], wide, axis=1)[:, : self.width]
        return self.codes.take(index) * scale


@dataclass(frozen=True, slots=True)
class Ordered:
    """Some rows of another, in this order."""

    inner: Matrix
    order: Indices

    @property
    def rows(self) -> int:
        return len(self.order)

    @property
    def width(self) -> int:
        return self.inner.width

    def take(self, index: Indices) -> Floats:
        return self.inner.take(self.order[index])


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of another, in this order."""

    inner: Matrix
    order: Indices

    @property
    def rows(self) -> int:
        return self.inner.rows

    @property
    def width(self) -> int:
        return len(self.order)

    def take(self, index: Indices) -> Floats:
        return self.inner.take(index)[:, self.order]


@dataclass(frozen=True, slots=True)
class Stack:
    """Matrices of one size, one behind the other."""

    parts: Sequence[Matrix]

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.parts)

    @property
    def width(self) -> int:
        return self.parts[0].width

    def take(self, index: Indices) -> Floats:
        taken = np.empty((len(index), self.width), np.float32)
        part, inside = np.divmod(index, self.parts[0].rows)
        for one in np.unique(part):
            taken[part == one] = self.parts[one].take(inside[part == one])
        return taken


@dataclass(frozen=True, slots=True)
class Changed:
    """Every number of another through a function."""

    inner: Matrix
    change: Callable[[Floats], Floats]

    @property
    def rows(self) -> int:
        return self.inner.rows

    @property
    def width(self) -> int:
        return self.inner.width

    def take(self, index: Indices) -> Floats:
        return self.change(self.inner.take(index))
