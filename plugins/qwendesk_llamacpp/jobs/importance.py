"""Importance matrices: for each tensor, how large the squares of what its columns are multiplied by were.

Where a weight meets large activations, an error in it costs more; quantizing with few bits looks at that.
Definitions: llama.cpp's tools/imatrix and tools/quantize.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Importance:
    """What was seen of one tensor.

    Attributes:
        sums: squares, added up over tokens; shape (matrices, columns), one matrix but for experts.
        counts: tokens that each matrix was multiplied with.
    """

    sums: Floats
    counts: Counts

    def means(self) -> Floats:
        """Squares on average, all matrices in a row; 1 for a matrix that nothing was multiplied with."""
        counts = np.broadcast_to(self.counts.astype(np.float32)[:, np.newaxis], self.sums.shape)
        means: Floats = np.divide(self.sums, counts, out=np.ones_like(self.sums), where=counts > 0)
        return means.reshape(-1)


@dataclass(frozen=True, slots=True)
class ImportanceMatrix:
    """All tensors of a model.

    Attributes:
        tensors: by their names in the model's file.
        datasets: what was read to make it, by the names that its maker gave.
        chunks: how many pieces of text were read.
        chunk_size: tokens in one; 0 where the file does not tell.
    """

    tensors: Mapping[str, Importance]
    datasets: tuple[str, ...] = field(default=())
    chunks: int = 0
    chunk_size: int = 0

    def weights(self) -> dict[str, Floats]:
        """What `llama_model_quantize` wants of it: the means by tensor."""
        return {name: one.means() for name, one in self.tensors.items()}
