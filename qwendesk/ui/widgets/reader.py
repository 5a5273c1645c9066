"""A text of any length to read and to search; it is laid out in slices."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor, QTextDocument, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from qwendesk.ui.slices import Slices, Work
from qwendesk.ui.theme.style import code_font, colours
from qwendesk.ui.theme.tokens import SMALL, SPACE
from qwendesk.ui.widgets.parts import button, column, label, row
from qwendesk.ui.widgets.search import search_field
from qwendesk.words import _, ngettext

_PIECE = 8_000
"""Characters that are laid out in one part of a slice."""
_MARKED = 500
"""Places that are marked; the count tells of all."""


class Reader(QWidget):
    """Read only. Enter in the field goes to the next place, Shift+Enter to the one before."""

    def __init__(self, name: str, slices: Slices) -> None:
        super().__init__()
        self._slices = slices
        self._text = ""
        self._places: list[tuple[int, int]] = []
        self.field = search_field(_("Find in this file"))
        self.field.setPlaceholderText(_("Find in this file"))
        self.count = label("", "small")
        self.next = button(_("Next"), "", lambda: self.go(1))
        self.view = QPlainTextEdit(readOnly=True)
        self.view.setAccessibleName(name)
        self.view.setProperty("look", "field")
        self.view.setFont(code_font(SMALL))
        self.view.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.view.setTabChangesFocus(True)
        head = row(self.field, self.count, self.next, space=SPACE)
        head.setStretch(0, 1)
        layout = column(head, self.view, space=SPACE)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.field.textChanged.connect(lambda _text: self._search())
        self._search()

    def show_text(self, text: str) -> None:
        """Another text, from its beginning; what was searched for is searched for here, too."""
        self._slices.stop(self)
        self._text = text
        self.view.setPlainText(text[:_PIECE])
        if len(text) > _PIECE:
            self._slices.begin(self, self._fill(text))
        self._search()

    def _fill(self, text: str) -> Work:
        cursor = QTextCursor(self.view.document())
        for begin in range(_PIECE, len(text), _PIECE):
            yield
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(text[begin : begin + _PIECE])
        yield
        self._mark()

    def _search(self) -> None:
        """Find all places; the first one comes into sight."""
        words = self.field.text()
        self._places = _found(self._text, words) if words else []
        self._at = -1
        self.next.setEnabled(bool(self._places))
        if not words:
            self.count.clear()
        elif self._places:
            self.go(1)
        else:
            self.count.setText(_("Not in this file"))
        self._mark()

    def go(self, steps: int) -> None:
        """To another place that was found; after the last comes the first."""
        if not self._places:
            return
        self._at = (self._at + steps) % len(self._places)
        told = ngettext("{at} of {n}", "{at} of {n}", len(self._places))
        self.count.setText(told.format(at=f"{self._at + 1:,}", n=f"{len(self._places):,}"))
        begin, _end = self._places[self._at]
        if begin < self.view.document().characterCount():
            cursor = self.view.textCursor()
            cursor.setPosition(begin)
            self.view.setTextCursor(cursor)
            self.view.centerCursor()
        self._mark()

    def _mark(self) -> None:
        """Those near the current one, which has a colour of its own."""
        tones, document = colours(), self.view.document()
        usual, current = _look(tones.soft, tones.text), _look(tones.button, tones.on_button)
        first = max(0, self._at - _MARKED // 2)
        self.view.setExtraSelections(
            [
                _marked(document, begin, end, current if number == self._at else usual)
                for number, (begin, end) in enumerate(self._places[first : first + _MARKED], first)
                if end < document.characterCount()
            ]
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.field.hasFocus():
            self.go(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            event.accept()
        else:
            super().keyPressEvent(event)


def _found(text: str, words: str) -> list[tuple[int, int]]:
    """Where they begin and end, as Qt counts: in units of UTF-16."""
    wide = [found.start() for found in re.finditer("[\U00010000-\U0010ffff]", text)]
    places = (found.span() for found in re.finditer(re.escape(words), text, re.IGNORECASE))
    return [(begin + bisect_left(wide, begin), end + bisect_left(wide, end)) for begin, end in places]


def _marked(document: QTextDocument, begin: int, end: int, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
    made: Any = QTextEdit.ExtraSelection()
    made.cursor, made.format = QTextCursor(document), look
    made.cursor.setPosition(begin)
    made.cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return cast(QTextEdit.ExtraSelection, made)


def _look(ground: str, text: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setBackground(QColor(ground))
    made.setForeground(QColor(text))
    return made
