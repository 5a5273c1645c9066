"""Images as a Qwen-VL model sees them: scaled and cut into patches by the model's own image processor.

The processor is the one that works with Pillow: torchvision, which a processor of the whole model would
want for videos, breaks where its build is not PyTorch's.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from functools import partial
from typing import Any

import torch
from transformers import AutoImageProcessor

from qwendesk.api.problem import Problem
from qwendesk_transformers.engine.imagefile import decoded
from qwendesk_transformers.engine.media import Inputs, Medium, number

_REMEMBERED = 64
_SHARE = 2
"""An image is scaled down until it takes at most one half of the context."""


class Eye:
    """`look` may be called from several threads."""

    def __init__(self, path: str, model: Any, context: int) -> None:
        """Raises what Transformers does where the folder's image processor cannot be had."""
        self._processor = AutoImageProcessor.from_pretrained(path, backend="pil", local_files_only=True)
        self.token = int(model.config.image_token_id)
        self._positions = model.model.get_rope_index
        self._merged = int(self._processor.merge_size) ** 2
        self._limit(context)
        self._grids: OrderedDict[bytes, torch.Tensor] = OrderedDict()

    def _limit(self, context: int) -> None:
        """Sizes are numbers of pixels in the whole image (Qwen-VL, `smart_resize`)."""
        size, patch = self._processor.size, int(self._processor.patch_size)
        most = context // _SHARE * self._merged * patch**2
        longest = min(int(size["longest_edge"]), most)
        self._size = {"shortest_edge": min(int(size["shortest_edge"]), longest), "longest_edge": longest}

    def look(self, data: bytes) -> Medium:
        """An encoded image (PNG, JPEG, …). Raises Problem `image_unreadable`, `image_too_large`."""
        digest = hashlib.sha256(data).digest()
        grid = self._grids.get(digest)
        # Of one that was decoded before, its size is enough: mostly a cache holds what it looks like.
        inputs = partial(self._processed, data)
        if grid is None:
            found = self._processed(data)
            grid, inputs = found["image_grid_thw"], partial(dict, found)
            self._grids[digest] = grid
            while len(self._grids) > _REMEMBERED:
                self._grids.popitem(last=False)
        cells = int(grid.prod()) // self._merged
        positions = self._places(cells, grid)
        return Medium(number(data), self.token, cells, int(positions.max()) + 1, inputs, positions)

    def _processed(self, data: bytes) -> Inputs:
        image = decoded(data)
        try:
            found = self._processor(images=[image], size=self._size, return_tensors="pt")
        except ValueError as error:  # a line of pixels, which no grid of patches fits
            raise Problem("image_unreadable", detail=str(error)[:200]) from error
        return {"pixel_values": found["pixel_values"], "image_grid_thw": found["image_grid_thw"]}

    def _places(self, cells: int, grid: torch.Tensor) -> torch.Tensor:
        """The model's own positions for an image alone (M-RoPE), shape (3, 1, cells)."""
        ids = torch.full((1, cells), self.token)
        found: torch.Tensor
        found, _delta = self._positions(ids, torch.ones_like(ids), image_grid_thw=grid)
        return found
