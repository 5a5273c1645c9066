"""Where the question is typed: one to eight lines; Enter sends, Shift+Enter breaks the line."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QFontMetrics, QInputMethodEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from qwendesk.ui.chat.given import given, holds_something
from qwendesk.ui.chat.look import font
from qwendesk.ui.theme.tokens import SPACE
from qwendesk.words import _

MOST_LINES = 8
_STEPS: dict[int, int] = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
LONGEST_PASTE, LONGEST_LINE = 50_000, 10_000
"""Characters that are still edited in place."""


class Field(QPlainTextEdit):
    """Nothing is sent while an input method composes. Files, images and a text too long to edit are handed
    on, not inserted: laying out a line of megabytes would freeze the window for minutes."""

    submitted = Signal()
    escaped = Signal()
    given = Signal(object)
    history_wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.composing = False
        self.recalled = ""
        self.setProperty("look", "composer")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setPlaceholderText(_("Ask anything. Nothing leaves this computer."))
        self.setAccessibleName(_("Message"))
        self.setAccessibleDescription(_("Enter sends, Shift+Enter starts a new line."))
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)  # the conversation takes them, wherever they fall
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
        policy = (
            Qt.ScrollBarPolicy.ScrollBarAsNeeded
            if lines > MOST_LINES
            else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self.setVerticalScrollBarPolicy(policy)
        if height != self.height() or height != self.minimumHeight():
            self.setFixedHeight(height)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return holds_something(source) or source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        things = given(source)
        for one in things:
            self.given.emit(one)
        if things:
            return
        text = source.text()
        if len(text) > LONGEST_PASTE or longest_line(text) > LONGEST_LINE:
            self.given.emit(text)
        else:
            self.insertPlainText(text)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if enter and not shift:
            if not self.composing:
                self.submitted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif event.key() in _STEPS and self.toPlainText() in ("", self.recalled):
            self.history_wanted.emit(_STEPS[event.key()])
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


def longest_line(text: str) -> int:
    """In characters."""
    return max(map(len, text.split("\n")))
