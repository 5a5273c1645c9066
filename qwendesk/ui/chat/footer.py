"""Under a finished reply: its figures, Copy and, where it can work, Retry."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from qwendesk.api.reply import Finished
from qwendesk.ui.chat.buttons import button
from qwendesk.ui.chat.item import Block, Item
from qwendesk.ui.chat.look import font
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import ROOMY, SMALL, SPACE
from qwendesk.words import _, figures

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
    if usage.reused_tokens:
        words = _("reused {reused:,} of {prompt:,} prompt tokens")
        found.append(words.format(reused=usage.reused_tokens, prompt=usage.prompt_tokens))
    return "  ·  ".join(found)


def meaning() -> str:
    """How the figures are defined."""
    return _(
        "tok/s: (tokens − 1) / (last token − first token).\n"
        "First token: from the request leaving to the first token, loading not counted.\n"
        "Reused: prompt tokens that were in the model's cache already."
    )


class FooterItem(Item):
    """`copy` and `retry` are None where there is nothing to copy or nothing to try again."""

    above = ROOMY

    def __init__(self, words: str, copy: Callable[[], None] | None, retry: Callable[[], None] | None) -> None:
        super().__init__()
        self.words = words
        self.copy = copy
        self.retry = retry

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
        self._copy = button(self, _("Copy"), "quiet", lambda: item.copy and item.copy(), _("Copy the reply"))
        self._retry = button(
            self, _("Retry"), "quiet", lambda: item.retry and item.retry(), _("Answer again")
        )
        self.refresh()

    def refresh(self) -> None:
        self._copy.setVisible(self._item.copy is not None)
        self._retry.setVisible(self._item.retry is not None)

    def measure(self, width: int) -> int:
        right = width + SPACE
        for one in reversed(self.tab_stops()):
            size = one.sizeHint()
            right -= size.width()
            one.setGeometry(right, (_HEIGHT - size.height()) // 2, size.width(), size.height())
        self._right = right
        return _HEIGHT

    def tab_stops(self) -> list[QWidget]:
        return [
            *([self._copy] if self._item.copy else ()),
            *([self._retry] if self._item.retry else ()),
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(font(SMALL))
        painter.setPen(QColor(colours().dim))
        room = QRect(0, 0, self._right - SPACE, _HEIGHT)
        words = QFontMetrics(painter.font()).elidedText(
            self._item.words, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
