"""Above the conversation: its title, what it began with, and the model as a pill that opens the switcher."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from qwendesk.ui.chat.buttons import button
from qwendesk.ui.chat.pill import ModelPill, ModelState
from qwendesk.ui.theme.tokens import GAP, SPACE
from qwendesk.words import _

_GREEDY, _SLACK, _LONGEST = 1000, 2, 180
_LEAST = 96
"""Pixels that the title must keep beside what the conversation began with, or that is not shown."""


class Header(QWidget):
    """The title gives way when it is long."""

    model_pill_clicked = Signal()
    system_clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = ""
        self._title = QLabel(self)
        self._title.setProperty("look", "title")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.system = button(self, "", "quiet", self.system_clicked.emit)
        self.system.hide()
        self.pill = ModelPill(self)
        self.pill.clicked.connect(self.model_pill_clicked)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(GAP, SPACE, GAP, SPACE)
        row.setSpacing(GAP)
        named = QHBoxLayout()
        named.setSpacing(SPACE)
        named.addWidget(self._title, _GREEDY)
        named.addWidget(self.system)
        named.addStretch(1)
        row.addLayout(named, 1)
        row.addWidget(self.pill)

    def set_title(self, words: str) -> None:
        self._words = words
        self._title.setAccessibleName(words)
        self._title.setToolTip(words)
        self._show_title()

    def show_system(self, name: str) -> None:
        """The assistant or the prompt that the conversation began with; an empty name hides it."""
        metrics = QFontMetrics(self.system.font())
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, _LONGEST)
        self.system.setText(shown.replace("&", "&&"))
        self.system.setAccessibleName(_("Began with: {name}").format(name=name))
        self.system.setToolTip(_("{name}: show the system prompt").format(name=name))
        self._show_title()

    def show_model(self, name: str, detail: str, state: ModelState, tooltip: str) -> None:
        """The title keeps what room the pill leaves."""
        self.pill.show_model(name, detail, state, tooltip)
        self._row.activate()
        self._show_title()

    def _show_title(self) -> None:
        spare = self.width() - 3 * GAP - self.pill.sizeHint().width() - self.system.sizeHint().width()
        self.system.setVisible(bool(self.system.text()) and spare >= _LEAST)
        metrics = QFontMetrics(self._title.font())
        # No wider than its words: what it began with stands right behind them.
        self._title.setMaximumWidth(metrics.horizontalAdvance(self._words) + _SLACK)
        self._row.activate()
        self._title.setText(metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, self._title.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._row.activate()
        self._show_title()

    def sizeHint(self) -> QSize:
        return QSize(480, 48)
