"""Batching: examples of like length together, padded on the right."""

from collections.abc import Sequence

import torch
from torch import Tensor

from recipe.lesson_plan import Example

Batch = tuple[Tensor, Tensor]
"""Token ids and whether each is to be learned, both [rows, length]."""


def batches(examples: Sequence[Example], tokens: int) -> list[Batch]:
    """All examples in batches of at most ``tokens`` tokens (a longer example stands alone)."""
    grouped: list[Batch] = []
    rows: list[Example] = []
    for example in sorted(examples, key=lambda example: len(example.ids)):
        if rows and (len(rows) + 1) * _padded(len(example.ids)) > tokens:
            grouped.append(batch(rows))
            rows = []
        rows.append(example)
    return [*grouped, batch(rows)] if rows else grouped


def batch(rows: Sequence[Example]) -> Batch:
    length = _padded(max(len(row.ids) for row in rows))
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    learned = torch.zeros(len(rows), length, dtype=torch.bool)
    for index, row in enumerate(rows):
        ids[index, : len(row.ids)] = torch.tensor(row.ids)
        learned[index, : len(row.ids)] = torch.tensor(row.learned)
    return ids, learned


def _padded(length: int) -> int:
    return -(-length // 8) * 8
