"""Above the conversation: its title, and the model as a pill that opens the switcher."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from qwendesk.ui.chat.pill import ModelPill
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
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, SPACE, GAP, SPACE)
        row.setSpacing(GAP)
        row.addWidget(self._title, 1)
        row.addWidget(self.pill)

    def set_title(self, words: str) -> None:
        self._words = words
        self._title.setText(words)
        self._title.setAccessibleName(words)
        self._title.setToolTip(words)

    def sizeHint(self) -> QSize:
        return QSize(480, 48)
