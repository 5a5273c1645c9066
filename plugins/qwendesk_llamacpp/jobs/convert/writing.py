"""Tensors on their way into the file, a piece at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from gguf import GGMLQuantizationType

from qwendesk_llamacpp.jobs.convert.encoding import encode
from qwendesk_llamacpp.jobs.convert.plan import Tensor

_PIECE = 1 << 22  # numbers that are in memory at once, or one row


@dataclass(frozen=True, slots=True)
class Stream:
    """Stands for an array where gguf's writer asks for one: it only wants a size, and the bytes in a file."""

    tensor: Tensor
    kind: GGMLQuantizationType
    nbytes: int
    written: Callable[[int], None]

    def tofile(self, file: BinaryIO) -> None:
        """Write the rows; tells `written` how many bytes each piece had."""
        matrix = self.tensor.matrix
        step = max(_PIECE // max(matrix.width, 1), 1)
        for first in range(0, matrix.rows, step):
            rows = matrix.take(np.arange(first, min(first + step, matrix.rows)))
            data: Any = encode(rows, self.kind, self.tensor.name)
            file.write(data.tobytes())
            self.written(data.nbytes)
