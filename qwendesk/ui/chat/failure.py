"""A reply that failed, said in its place: what happened, what to do, the button that does it, the log."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from qwendesk.ui.chat.buttons import button
from qwendesk.ui.chat.item import Block, Item
from qwendesk.ui.chat.look import rounded
from qwendesk.ui.theme.style import code_font, colours
from qwendesk.ui.theme.tokens import CARD_RADIUS, ROOMY, SMALL, SPACE, WIDE
from qwendesk.words import _
from qwendesk.words.problems import Sentence

LOG_LINES = 12
FEW, PAIR = 3, 2
"""Buttons in a row: up to three stand in one, more of them two by two, so that long words have room."""
Action = tuple[str, Callable[[], None]]


class FailureItem(Item):
    """`actions` are buttons: their words and what they do; none where nothing here would help."""

    above = ROOMY

    def __init__(
        self,
        sentence: Sentence,
        log: tuple[str, ...],
        actions: tuple[Action, ...],
        grew: Callable[[], None],
    ) -> None:
        super().__init__()
        self.sentence = sentence
        self.log = tuple(line[:400] for line in log[-LOG_LINES:])
        self.actions = actions
        self.log_open = False
        self.grew = grew

    def estimate(self, width: int) -> int:
        return 96

    def make(self, parent: QWidget) -> Block:
        return _FailureBlock(parent, self)


class _FailureBlock(Block):
    def __init__(self, parent: QWidget, item: FailureItem) -> None:
        super().__init__(parent)
        self._item = item
        self.setAccessibleName(str(item.sentence))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(WIDE + SPACE, ROOMY, WIDE, ROOMY)
        self._column.setSpacing(SPACE)
        self._label(item.sentence.what, "strong")
        if item.sentence.next:
            self._label(item.sentence.next, "dim")
        self._stops: list[QWidget] = []
        self._add_buttons()
        self._log = self._label("\n".join(item.log), "dim")
        self._log.setFont(code_font(SMALL))
        self._log.setAccessibleName(_("Last lines of the log"))
        self._show_log()

    def _label(self, words: str, look: str) -> QLabel:
        label = QLabel(words, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("look", look)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.addWidget(label)
        return label

    def _add_buttons(self) -> None:
        for words, act in self._item.actions:
            self._stops.append(button(self, words, "outline", act))
        if self._item.log:
            self._toggle = button(self, "", "quiet", self._on_toggle)
            self._stops.append(self._toggle)
        in_a_row = FEW if len(self._stops) <= FEW else PAIR
        for start in range(0, len(self._stops), in_a_row):
            row = QHBoxLayout()
            row.setSpacing(SPACE)
            for one in self._stops[start : start + in_a_row]:
                row.addWidget(one)
            row.addStretch()
            self._column.addLayout(row)

    def _on_toggle(self) -> None:
        self._item.log_open = not self._item.log_open
        self._show_log()
        self._item.stale = True
        self._item.grew()

    def _show_log(self) -> None:
        self._log.setVisible(self._item.log_open)
        if self._item.log:
            words = _("Hide the log") if self._item.log_open else _("Show the log")
            self._toggle.setText(words)
            self._toggle.setAccessibleName(words)

    def measure(self, width: int) -> int:
        self._column.invalidate()
        return max(self._column.heightForWidth(width), self._column.minimumSize().height())

    def tab_stops(self) -> list[QWidget]:
        return self._stops

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours()
        painter: QPainter = rounded(self, theme.raised, theme.line, CARD_RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.bad))
        painter.drawRoundedRect(8, 12, 4, self.height() - 24, 2, 2)
