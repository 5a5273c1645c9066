"""Under a finished reply: its figures, its versions, Copy, Retry where it can work, and more."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from qwendesk.api.reply import Finished
from qwendesk.ui.chat.buttons import button
from qwendesk.ui.chat.deeds import Deed
from qwendesk.ui.chat.item import Block, Item
from qwendesk.ui.chat.look import font
from qwendesk.ui.chat.versions import Place, VersionSwitch
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import ROOMY, SMALL, SPACE
from qwendesk.words import _, figures
from qwendesk.words import usage as words

_HEIGHT = 28


def figures_of(finished: Finished | None) -> str:
    """ "52.1 tok/s · 0.31 s to first token · reused 5,210 of 5,655 prompt tokens"; only what was measured."""
    if finished is None:
        return ""
    found = []
    timings, usage = finished.timings, finished.usage
    if timings.decode_tps is not None:
        found.append(figures.rate(timings.decode_tps))
    if timings.ttft_s is not None:
        found.append(_("{seconds} to first token").format(seconds=figures.seconds(timings.ttft_s)))
    if usage.prompt_tokens:
        found.append(words.reused(usage))
    return "  ·  ".join(found)


def meaning() -> str:
    """How the figures are defined."""
    return _(
        "tok/s: (tokens − 1) / (last token − first token).\n"
        "First token: from the request leaving to the first token, loading not counted.\n"
        "Reused: prompt tokens that were in the model's cache already."
    )


class FooterItem(Item):
    """`copy` and `retry` are None where there is nothing to copy or nothing to try again.

    `step` hears -1 or 1 for another version, `do` the id of one of the deeds.
    """

    above = ROOMY

    def __init__(
        self,
        words: str,
        copy: Callable[[], None] | None,
        retry: Callable[[], None] | None,
        place: Place = (1, 1),
        step: Callable[[int], None] = lambda _step: None,
        deeds: tuple[Deed, ...] = (),
        do: Callable[[str], None] = lambda _id: None,
    ) -> None:
        super().__init__()
        self.words, self.copy, self.retry = words, copy, retry
        self.place, self.step, self.deeds, self.do = place, step, deeds, do

    def estimate(self, width: int) -> int:
        return _HEIGHT

    def make(self, parent: QWidget) -> Block:
        return _FooterBlock(parent, self)


class _FooterBlock(Block):
    def __init__(self, parent: QWidget, item: FooterItem) -> None:
        super().__init__(parent)
        self._item = item
        self._right = 0
        self.setAccessibleName(item.words)
        self.setToolTip(meaning() if item.words else "")
        self._versions = VersionSwitch(self, item.place, item.step)
        self._copy = button(self, _("Copy"), "quiet", lambda: item.copy and item.copy(), _("Copy the reply"))
        self._retry = button(
            self, _("Retry"), "quiet", lambda: item.retry and item.retry(), _("Answer again")
        )
        self._more = button(self, "⋯", "quiet", self._show_menu, _("More to do with this reply"))
        self.refresh()

    def refresh(self) -> None:
        self._copy.setVisible(self._item.copy is not None)
        self._retry.setVisible(self._item.retry is not None)
        self._more.setVisible(bool(self._item.deeds))

    def _show_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for id, title in self._item.deeds:
            menu.addAction(title).triggered.connect(partial(self._do, id))
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _do(self, id: str, _checked: bool = False) -> None:
        self._item.do(id)

    def measure(self, width: int) -> int:
        right = width + SPACE
        for one in reversed(self._shown()):
            size = one.sizeHint()
            right -= size.width()
            one.setGeometry(right, (_HEIGHT - size.height()) // 2, size.width(), size.height())
        self._right = right
        return _HEIGHT

    def _shown(self) -> list[QWidget]:
        return [
            *([self._versions] if self._versions.needed else ()),
            *([self._copy] if self._item.copy else ()),
            *([self._retry] if self._item.retry else ()),
            *([self._more] if self._item.deeds else ()),
        ]

    def tab_stops(self) -> list[QWidget]:
        shown = [one for one in self._shown() if one is not self._versions]
        return [*self._versions.tab_stops(), *shown]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(font(SMALL))
        painter.setPen(QColor(colours().dim))
        room = QRect(0, 0, self._right - SPACE, _HEIGHT)
        words = QFontMetrics(painter.font()).elidedText(
            self._item.words, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
