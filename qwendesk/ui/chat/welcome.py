"""An empty conversation: what one can do here, as a sentence and a few questions to click."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from qwendesk.ui.chat.buttons import button
from qwendesk.ui.theme.tokens import GAP, SPACE

_WIDTH = 360


class Welcome(QWidget):
    """Says nothing until it is told what."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(SPACE)
        self._column.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def show_words(self, title: str, detail: str, examples: Sequence[str]) -> None:
        """A title, a sentence, and questions that are sent when clicked."""
        while (old := self._column.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.deleteLater()
        self._label(title, "figure")
        if detail:
            self._label(detail, "dim")
        self._column.addSpacing(GAP - SPACE)
        for example in examples:
            one = button(self, example, "example", partial(self.chosen.emit, example))
            one.setMinimumWidth(_WIDTH)
            self._column.addWidget(one, 0, Qt.AlignmentFlag.AlignHCenter)

    def _label(self, words: str, look: str) -> None:
        label = QLabel(words, self)
        label.setProperty("look", look)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        label.setWordWrap(True)
        label.setMinimumWidth(_WIDTH)
        self._column.addWidget(label)
