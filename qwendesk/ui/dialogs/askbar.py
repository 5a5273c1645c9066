"""Where a question to several models is typed: Enter asks all of them, one button asks or stops."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from qwendesk.ui.chat.field import Field
from qwendesk.ui.chat.look import rounded
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import BUBBLE_RADIUS, ROOMY, SPACE, WIDE
from qwendesk.ui.widgets.parts import boxed, button, column, label, row
from qwendesk.words import _


class AskBar(QWidget):
    """`asked` with the question, `stop_requested`. A long pasted text goes along without being shown."""

    asked = Signal(str)
    stop_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._busy, self._can_ask = False, True
        self._before: list[str] = []
        self._pasted = ""
        self.field = Field(self)
        self.field.setPlaceholderText(_("Ask all of them the same question"))
        self.field.setAccessibleName(_("Question to all"))
        self.told = label("", "small")
        self.without = button(_("Leave it out"), "link", lambda: self._paste(""))
        self.along = boxed(row(self.told, self.without, 1))
        self.primary = button(_("Ask all"), "primary", self._on_primary)
        typed, margins = column(self.field, self.along), (WIDE, ROOMY, ROOMY, ROOMY)
        self.setLayout(row(typed, self.primary, space=SPACE, margins=margins))
        self.field.submitted.connect(self._ask)
        self.field.escaped.connect(self._on_escape)
        self.field.given.connect(self._on_given)
        self.field.history_wanted.connect(self._recall)
        self.field.textChanged.connect(self._refresh)
        self._paste("")
        self.set_busy(False)

    def set_busy(self, busy: bool) -> None:
        """While they answer the button stops all of them; Enter keeps the text."""
        self._busy = busy
        words = _("Stop") if busy else _("Ask all")
        self.primary.setText(words)
        self.primary.setAccessibleName(_("Stop all replies") if busy else words)
        self.primary.setToolTip(_("Stop all replies (Esc)") if busy else _("Ask all (Enter)"))
        self._refresh()

    def set_can_ask(self, can: bool) -> None:
        """Whether there is anybody to ask."""
        self._can_ask = can
        self._refresh()

    def set_text(self, text: str) -> None:
        """Something to ask, to be changed first."""
        self.field.setPlainText(text)
        self.field.moveCursor(QTextCursor.MoveOperation.End)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask(self) -> None:
        text = "\n\n".join(one for one in (self.field.toPlainText(), self._pasted) if one.strip())
        if not text or self._busy or not self._can_ask:
            return
        typed = self.field.toPlainText()
        self._before = [*(one for one in self._before if one != typed), typed]
        self.field.clear()
        self._paste("")
        self.asked.emit(text)

    def _on_primary(self) -> None:
        if self._busy:
            self.stop_requested.emit()
        else:
            self._ask()

    def _on_escape(self) -> None:
        if self._busy:
            self.stop_requested.emit()

    def _on_given(self, thing: object) -> None:
        if isinstance(thing, str):
            self._paste(thing)
        else:
            self.told.setText(_("Files cannot be compared; a text can be pasted."))
            self.without.hide()
            self.along.show()

    def _paste(self, text: str) -> None:
        self._pasted = text
        self.told.setText(_("With a pasted text of {n:,} characters").format(n=len(text)))
        self.without.show()
        self.along.setVisible(bool(text))
        self._refresh()

    def _recall(self, step: int) -> None:
        """Up and down go through what was asked, as long as that is not changed."""
        text = self.field.toPlainText()
        at = (self._before.index(text) if text in self._before else len(self._before)) + step
        if 0 <= at <= len(self._before):
            self.field.recalled = self._before[at] if at < len(self._before) else ""
            self.set_text(self.field.recalled)

    def _refresh(self) -> None:
        typed = bool(self._pasted or self.field.toPlainText().strip())
        self.primary.setEnabled(self._busy or (typed and self._can_ask))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.field.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours()
        edge = theme.accent if self.field.hasFocus() else theme.border_strong
        rounded(self, theme.raised, edge, BUBBLE_RADIUS)
