"""Images and recordings in a prompt: one number for each cell of the context that they fill."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import torch

Inputs = Mapping[str, torch.Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Medium:
    """An image or a recording: `cells` of the context, which take `places` positions.

    Args:
        id: what its cells are called, see `number`.
        token: what the model wants in each of its cells.
        inputs: makes what the model is given beside the tokens; not called where a cache holds the cells.
        positions: of its cells, counted from where it starts, shape (3, 1, cells); None where each cell
            takes one.
    """

    id: int
    token: int
    cells: int
    places: int
    inputs: Callable[[], Inputs]
    positions: torch.Tensor | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A prompt's cells, and its media by the cells where they start."""

    cells: Sequence[int]
    media: Mapping[int, Medium] = field(default_factory=dict)


def number(data: bytes) -> int:
    """Below every token id, and the same for the same bytes: so caches compare media like tokens."""
    return -1 - int.from_bytes(hashlib.sha256(data).digest()[:8], "little")


def placed(tokens: Sequence[int], media: Mapping[int, Iterable[Medium]]) -> Placed:
    """The prompt with media in place of their tokens; of each token there are as many as of its media."""
    left = {token: iter(them) for token, them in media.items()}
    cells: list[int] = []
    found: dict[int, Medium] = {}
    for token in tokens:
        if token not in left:
            cells.append(token)
            continue
        medium = next(left[token])
        found[len(cells)] = medium
        cells += [medium.id] * medium.cells
    return Placed(cells, found)


def piece(prompt: Placed, start: int, longest: int) -> tuple[int, Medium | None]:
    """Where the stretch ends that is read next in one go: one medium, or tokens as far as the next one."""
    medium = prompt.media.get(start)
    if medium is not None:
        return start + medium.cells, medium
    end = min(len(prompt.cells), start + longest)
    return min((one for one in prompt.media if start < one < end), default=end), None
