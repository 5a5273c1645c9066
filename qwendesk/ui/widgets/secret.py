"""A field whose text is not shown, with its title above it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from qwendesk.ui.theme.tokens import TIGHT
from qwendesk.ui.widgets.parts import column, label


class SecretField(QWidget):
    """`changed` with every letter."""

    changed = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.edit = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.edit.setAccessibleName(title)
        self.edit.textChanged.connect(lambda _text: self.changed.emit())
        self.setLayout(column(label(title, "small"), self.edit, space=TIGHT))
        self.setFocusProxy(self.edit)

    @property
    def text(self) -> str:
        return self.edit.text()

    def clear(self) -> None:
        self.edit.clear()
