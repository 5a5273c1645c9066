"""Above the composer while a slash command is typed: the ready-made messages that it may become."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QWidget

from qwendesk.api.prompts import PromptTemplate
from qwendesk.chat.prompts.slash import command, completions
from qwendesk.ui.chat.composer import Composer
from qwendesk.ui.lists.cell import Cell
from qwendesk.ui.lists.rowlist import RowList
from qwendesk.ui.theme.tokens import SPACE, TIGHT
from qwendesk.ui.widgets.parts import column, label
from qwendesk.words import _

_ROWS, _LONGEST = 5, 100
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -_ROWS, Qt.Key.Key_PageDown: _ROWS}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SlashList(QFrame):
    """`called` with the Command that was sent; `wanted` when what there is should be read again.

    Arrows choose, Enter sends the command, Tab writes it out to go on typing, Esc closes the list.
    """

    wanted = Signal()
    called = Signal(object)

    def __init__(self, composer: Composer, parent: QWidget) -> None:
        """`parent` is the view around the composer, over which the list lies."""
        super().__init__(parent)
        self._composer, self._field = composer, composer.field
        self._prompts: Sequence[PromptTemplate] = ()
        self._asked = self._dismissed = False
        self.setProperty("look", "card")
        self.list: RowList[PromptTemplate] = RowList(_("Slash commands"), lambda one: one.id, _cell, 1)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.clicked.connect(lambda _index: self._run())
        self.list.picked.connect(self._announce)
        hint = label(_("Enter chooses · Tab writes it out · Esc closes"), "faint")
        hint.setContentsMargins(SPACE, 0, SPACE, 0)
        self.setLayout(column(self.list, hint, space=TIGHT, margins=(TIGHT, TIGHT, TIGHT, TIGHT)))
        self._field.textChanged.connect(self._on_text)
        self._field.installEventFilter(self)
        composer.installEventFilter(self)
        composer.slash = self
        self.hide()

    def show_prompts(self, prompts: Sequence[PromptTemplate]) -> None:
        """What there is."""
        self._prompts = prompts
        self._show()

    def call(self, text: str) -> bool:
        """Whether the text that is about to be sent is a command; `called` is emitted then."""
        found = command(text, self._prompts)
        if found is not None:
            self.called.emit(found)
        return found is not None

    def _typed(self) -> str:
        """What may be a command; nothing where the text is any other."""
        document = self._field.document()
        if document.characterCount() > _LONGEST or str(document.characterAt(0)) != "/":
            return ""
        return self._field.toPlainText()

    def _on_text(self) -> None:
        typed = self._typed()
        if typed and not self._asked:
            self.wanted.emit()
        self._asked = bool(typed)
        self._dismissed = self._dismissed and bool(typed)
        self._show()

    def _show(self) -> None:
        typed = self._typed()
        shown = bool(typed) and not self._dismissed and self._field.hasFocus()
        found = completions(typed, self._prompts) if shown else []
        self.setVisible(bool(found))
        if found:
            self.list.show_things(found)
            if not self.list.currentIndex().isValid():
                self.list.setCurrentIndex(self.list.rows.index(0))
            self._place()

    def _place(self) -> None:
        """Over the composer, as wide as it is, as high as a few rows."""
        rows = min(_ROWS, self.list.rows.rowCount())
        self.list.setFixedHeight(rows * self.list.sizeHintForRow(0))
        above = self._composer.geometry()
        height = min(self.sizeHint().height(), above.top() - TIGHT)
        self.setGeometry(above.left(), above.top() - TIGHT - height, above.width(), height)
        self.raise_()

    def _announce(self, one: PromptTemplate | None) -> None:
        """The keyboard stays in the field, so a screen reader is told what is chosen."""
        if one is not None:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.list, _cell(one).spoken))

    def _move(self, steps: int) -> None:
        count, here = self.list.rows.rowCount(), self.list.currentIndex().row()
        place = (here + steps) % count if abs(steps) == 1 else max(0, min(count - 1, here + steps))
        self.list.setCurrentIndex(self.list.rows.index(place))

    def _write(self, text: str) -> None:
        self._dismissed = True
        self._field.setPlainText(text)
        self._field.moveCursor(QTextCursor.MoveOperation.End)

    def _complete(self) -> None:
        if (current := self.list.current) is not None:
            self._write(f"/{current.id} ")

    def _run(self) -> None:
        if (current := self.list.current) is not None:
            self._write(f"/{current.id}")
            self._field.submitted.emit()

    def _dismiss(self) -> None:
        self._dismissed = True
        self.hide()

    def _takes(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or self._field.composing:
            return False
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._move(_STEPS[key])
        elif key in _ENTER:
            self._run()
        elif key == Qt.Key.Key_Tab:
            self._complete()
        elif key == Qt.Key.Key_Escape:
            self._dismiss()
        else:
            return False
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._composer:
            if event.type() in (QEvent.Type.Move, QEvent.Type.Resize) and not self.isHidden():
                self._place()
        elif isinstance(event, QKeyEvent) and not self.isHidden():
            if event.type() == QEvent.Type.KeyPress:
                return self._takes(event)
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()  # else Esc would stop a reply
                return True
        elif event.type() == QEvent.Type.FocusOut:
            self.hide()
        return super().eventFilter(watched, event)


def _cell(one: PromptTemplate) -> Cell:
    return Cell(one.title, right=f"/{one.id}", detail=one.summary, tip=one.summary)
