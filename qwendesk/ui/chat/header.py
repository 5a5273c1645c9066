"""Above the conversation: its title, and the model as a pill that opens the switcher."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from qwendesk.ui.chat.pill import ModelPill, ModelState
from qwendesk.ui.theme.tokens import GAP, SPACE


class Header(QWidget):
    """The title gives way when it is long."""

    model_pill_clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = ""
        self._title = QLabel(self)
        self._title.setProperty("look", "title")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.pill = ModelPill(self)
        self.pill.clicked.connect(self.model_pill_clicked)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(GAP, SPACE, GAP, SPACE)
        row.setSpacing(GAP)
        row.addWidget(self._title, 1)
        row.addWidget(self.pill)

    def set_title(self, words: str) -> None:
        self._words = words
        self._title.setAccessibleName(words)
        self._title.setToolTip(words)
        self._show_title()

    def show_model(self, name: str, detail: str, state: ModelState, tooltip: str) -> None:
        """The title keeps what room the pill leaves."""
        self.pill.show_model(name, detail, state, tooltip)
        self._row.activate()
        self._show_title()

    def _show_title(self) -> None:
        metrics = QFontMetrics(self._title.font())
        self._title.setText(metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, self._title.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._row.activate()
        self._show_title()

    def sizeHint(self) -> QSize:
        return QSize(480, 48)
