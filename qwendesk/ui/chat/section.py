"""The items of one turn, a stretch of the flat list."""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.chat.conversation import Turn
from qwendesk.ui.chat.attached import AttachedItem
from qwendesk.ui.chat.blocklist import BlockList
from qwendesk.ui.chat.bubble import question_items
from qwendesk.ui.chat.host import Host
from qwendesk.ui.chat.item import Item
from qwendesk.ui.chat.questionend import QuestionEndItem
from qwendesk.ui.chat.versions import Place
from qwendesk.ui.theme.tokens import SPACE


class Section:
    """Knows where it stands by its first item, so it costs nothing to have many of them.

    `start` is where its first item goes; None is the end.
    """

    def __init__(self, blocks: BlockList, start: int | None = None) -> None:
        self.blocks = blocks
        self.items: list[Item] = []
        self._start = start

    def splice(self, start: int, remove: int, new: Sequence[Item]) -> None:
        """Replace items; positions count from the section's own first item."""
        if not remove and not new:
            return
        empty = len(self.blocks.items) if self._start is None else self._start
        base = self.items[0].index if self.items else empty
        self.items[start : start + remove] = new
        self.blocks.splice(base + start, remove, new)

    def remove(self) -> None:
        self.splice(0, len(self.items), ())

    def set_last(self, last: bool) -> None:
        """Whether it is the conversation's last turn."""


class Question(Section):
    """A user's message, its attachments, and what can be done with it."""

    def __init__(
        self, blocks: BlockList, turn: Turn, host: Host, place: Place = (1, 1), start: int | None = None
    ) -> None:
        super().__init__(blocks, start)
        self._turn, self._host = turn, host
        self._attached = AttachedItem(turn.attachments, host) if turn.attachments else None
        self._end = QuestionEndItem(place, self._step, lambda: host.do("edit", turn.id))
        self._fill(whole=False)

    def _fill(self, *, whole: bool) -> None:
        turn = self._turn
        attached = [self._attached] if self._attached is not None else []
        words = bool(turn.answer) or not attached
        bubble = question_items(turn.answer, self._show_all, whole=whole) if words else []
        if attached and bubble:
            bubble[0].above = SPACE
        self.splice(0, len(self.items), [*attached, *bubble, self._end])

    def _show_all(self) -> None:
        self._fill(whole=True)
        self._host.settle()

    def _step(self, step: int) -> None:
        self._host.do("after" if step > 0 else "before", self._turn.id)
