"""Experts that lie together in one tensor, in either of the two ways that checkpoints have.

    gate and up   experts × (gates, then ups) × hidden     or turned: experts × hidden × (gates, then ups)
    down          experts × hidden × inner                 or turned: experts × inner × hidden

GGUF has them as the first way, gates and ups apart. Where both ways have one shape, it is the first, as
Transformers takes it.
"""

from __future__ import annotations

import numpy as np

from qwendesk_llamacpp.jobs.convert.header import Stored
from qwendesk_llamacpp.jobs.convert.matrix import Matrix, Ordered
from qwendesk_llamacpp.jobs.convert.sizes import Shape
from qwendesk_llamacpp.jobs.convert.stored import Rows, shape_problem


def gate_and_up(rows: Rows, stored: Stored, gate: Shape, path: str) -> tuple[Matrix, Matrix]:
    """The gates and the ups, each of the shape of `gate`. Raises Problem `convert_tensor_shape`."""
    count, inner, hidden = gate
    matrix = _opened(rows, stored, (count, 2 * inner, hidden), path)
    order = np.arange(count * 2 * inner).reshape(count, 2, inner)
    return Ordered(matrix, order[:, 0].reshape(-1)), Ordered(matrix, order[:, 1].reshape(-1))


def down(rows: Rows, stored: Stored, wanted: Shape, path: str) -> Matrix:
    """The other half, of this shape. Raises Problem `convert_tensor_shape`."""
    return _opened(rows, stored, wanted, path)


def _opened(rows: Rows, stored: Stored, wanted: Shape, path: str) -> Matrix:
    if stored.shape == wanted:
        return rows.open(stored)
    if stored.shape == (wanted[0], wanted[2], wanted[1]):
        return rows.open(stored, turned=True)
    raise shape_problem(path, stored, wanted)
