"""The items of one turn, a stretch of the flat list."""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.chat.conversation import Turn
from qwendesk.ui.chat.blocklist import BlockList
from qwendesk.ui.chat.bubble import question_items
from qwendesk.ui.chat.host import Host
from qwendesk.ui.chat.item import Item


class Section:
    """Knows where it stands by its first item, so it costs nothing to have many of them."""

    def __init__(self, blocks: BlockList) -> None:
        self.blocks = blocks
        self.items: list[Item] = []

    def splice(self, start: int, remove: int, new: Sequence[Item]) -> None:
        """Replace items; positions count from the section's own first item."""
        if not remove and not new:
            return
        base = self.items[0].index if self.items else len(self.blocks.items)
        self.items[start : start + remove] = new
        self.blocks.splice(base + start, remove, new)

    def remove(self) -> None:
        self.splice(0, len(self.items), ())


class Question(Section):
    """A user's message."""

    def __init__(self, blocks: BlockList, turn: Turn, host: Host) -> None:
        super().__init__(blocks)
        self._text = turn.answer
        self._host = host
        self.splice(0, 0, question_items(turn.answer, self._show_all))

    def _show_all(self) -> None:
        self.splice(0, len(self.items), question_items(self._text, self._show_all, whole=True))
        self._host.settle()
