"""A text of several lines, as long as it may be: what is too long to be edited stands beside the field."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QMimeData, QSize, Signal
from PySide6.QtWidgets import QPlainTextEdit

from qwendesk.ui.widgets.optionfields import Field, said
from qwendesk.ui.widgets.parts import boxed, button, label, row
from qwendesk.words import _, ngettext

_LINES = 5
_MOST, _LONGEST_LINE = 50_000, 10_000
"""Characters that are still edited in place."""


class Passage(QPlainTextEdit):
    """`much_pasted` with a text that would freeze the window if it were laid out here."""

    much_pasted = Signal(str)

    def __init__(self, lines: int = _LINES) -> None:
        super().__init__()
        self._lines = lines
        self.setProperty("look", "field")
        self.setTabChangesFocus(True)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._lines * self.fontMetrics().lineSpacing() + 16)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, min(self._lines, 3) * self.fontMetrics().lineSpacing() + 16)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if is_long(source.text()):
            self.much_pasted.emit(source.text())
        else:
            self.insertPlainText(source.text())


def is_long(text: str) -> bool:
    """Whether editing it in place would freeze the window."""
    return len(text) > _MOST or max(map(len, text.split("\n"))) > _LONGEST_LINE


class PassageField(Field):
    """A text; what is typed comes before what was pasted and is too long."""

    @property
    def full_width(self) -> bool:
        return True

    def _build(self) -> None:
        self._long = ""
        self.edit = Passage()
        self.edit.setPlaceholderText(said(self.option.help))
        self.edit.setFixedHeight(self.edit.sizeHint().height())
        self._name(self.edit)
        self._title.setBuddy(self.edit)
        self.pasted = label("", "small")
        self.drop = button(_("Take it out"), "link", lambda: self._keep(""))
        self._beside = boxed(row(self.pasted, self.drop, 1))
        self._beside.hide()
        self._layout.addLayout(self._head)
        self._layout.addWidget(self.edit)
        self._layout.addWidget(self._beside)
        self.edit.much_pasted.connect(lambda text: self._keep("\n\n".join(filter(None, (self._long, text)))))
        self.edit.textChanged.connect(self.value_changed)

    def _keep(self, text: str) -> None:
        self._long = text
        lines = text.count("\n") + 1
        self.pasted.setText(
            ngettext("Pasted text, {n:,} line", "Pasted text, {n:,} lines", lines).format(n=lines)
        )
        self._beside.setVisible(bool(text))
        self.value_changed.emit()

    def value(self) -> Any:
        return "\n\n".join(one for one in (self.edit.toPlainText(), self._long) if one)

    def set_value(self, value: Any) -> None:
        text = value or ""
        if text != self.value():
            self.edit.setPlainText("" if is_long(text) else text)
            self._keep(text if is_long(text) else "")
