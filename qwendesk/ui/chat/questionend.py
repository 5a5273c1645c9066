"""Under a question: which version of it this is, and the way to ask it differently."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from qwendesk.ui.chat.buttons import button
from qwendesk.ui.chat.item import Block, Item
from qwendesk.ui.chat.versions import Place, VersionSwitch
from qwendesk.ui.theme.tokens import TIGHT
from qwendesk.words import _

_HEIGHT = 24


class QuestionEndItem(Item):
    """`step` hears -1 or 1, `edit` that the question shall be asked differently."""

    above = TIGHT

    def __init__(self, place: Place, step: Callable[[int], None], edit: Callable[[], None]) -> None:
        super().__init__()
        self.place, self.step, self.edit = place, step, edit

    def estimate(self, width: int) -> int:
        return _HEIGHT

    def make(self, parent: QWidget) -> Block:
        return _QuestionEnd(parent, self)


class _QuestionEnd(Block):
    def __init__(self, parent: QWidget, item: QuestionEndItem) -> None:
        super().__init__(parent)
        self._versions = VersionSwitch(self, item.place, item.step)
        self._edit = button(
            self, _("Edit"), "quiet", item.edit, _("Ask this differently; the old question is kept")
        )

    def measure(self, width: int) -> int:
        right = width
        for one in (self._edit, self._versions):
            size = one.sizeHint()
            right -= size.width()
            one.setGeometry(right, (_HEIGHT - size.height()) // 2, size.width(), size.height())
        return _HEIGHT

    def tab_stops(self) -> list[QWidget]:
        return [*self._versions.tab_stops(), self._edit]

    def reader(self) -> QWidget | None:
        return None  # whoever walks from text to text has no use for it; Tab gets here
