"""Where the question is typed: one to eight lines; Enter sends, Shift+Enter breaks the line."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QInputMethodEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from qwendesk.ui.chat.look import font
from qwendesk.ui.theme.tokens import SPACE
from qwendesk.words import _

MOST_LINES = 8


class Field(QPlainTextEdit):
    """Plain text: a paste of megabytes stays light. Nothing is sent while an input method composes."""

    submitted = Signal()
    escaped = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._composing = False
        self.setProperty("look", "composer")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setPlaceholderText(_("Ask anything. Nothing leaves this computer."))
        self.setAccessibleName(_("Message"))
        self.setAccessibleDescription(_("Enter sends, Shift+Enter starts a new line."))
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFont(font())
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """As tall as its text, up to eight lines."""
        lines = 0
        block = self.document().begin()
        while block.isValid() and lines <= MOST_LINES:
            lines += max(1, block.lineCount()) if block.isVisible() else 0
            block = block.next()
        shown = min(MOST_LINES, max(1, lines))
        height = shown * QFontMetrics(self.font()).lineSpacing() + SPACE
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if lines > MOST_LINES else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        if height != self.height() or height != self.minimumHeight():
            self.setFixedHeight(height)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if enter and not shift:
            if not self._composing:
                self.submitted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
