"""Heights in order and their running sums, in a Fenwick tree: every question costs log n.

P. M. Fenwick, "A new data structure for cumulative frequency tables" (1994).
"""

from __future__ import annotations

from collections.abc import Iterable


class Offsets:
    """Pixels. Index 0 is the topmost."""

    def __init__(self) -> None:
        self._heights: list[int] = []
        self._tree: list[int] = [0]

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, index: int) -> int:
        return self._heights[index]

    @property
    def total(self) -> int:
        return self.above(len(self._heights))

    def append(self, height: int) -> None:
        place = len(self._tree)
        total, step = height, 1
        while step < place & -place:
            total += self._tree[place - step]
            step <<= 1
        self._heights.append(height)
        self._tree.append(total)

    def replace(self, index: int, height: int) -> None:
        change = height - self._heights[index]
        self._heights[index] = height
        place = index + 1
        while place < len(self._tree):
            self._tree[place] += change
            place += place & -place

    def cut(self, count: int) -> None:
        """Keep the first `count`."""
        del self._heights[count:]
        del self._tree[count + 1 :]

    def splice(self, start: int, remove: int, heights: Iterable[int]) -> None:
        """Replace a stretch. At the end it costs the stretch alone, elsewhere everything behind it."""
        behind = self._heights[start + remove :]
        self.cut(start)
        for height in heights:
            self.append(height)
        for height in behind:
            self.append(height)

    def above(self, index: int) -> int:
        """Sum of the first `index` heights: where that item begins."""
        total = 0
        while index:
            total += self._tree[index]
            index &= index - 1
        return total

    def find(self, offset: int) -> int:
        """The item that covers a vertical position; the last one below the end."""
        place, step = 0, 1 << len(self._heights).bit_length()
        while step:
            ahead = place + step
            if ahead < len(self._tree) and self._tree[ahead] <= offset:
                place = ahead
                offset -= self._tree[ahead]
            step >>= 1
        return min(place, len(self._heights) - 1)
