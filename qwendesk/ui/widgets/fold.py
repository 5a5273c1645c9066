"""A part of a view that opens and closes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget


class Fold(QWidget):
    """A line with an arrow; the body shows below it when open. `opened` before it does, `turned` after."""

    opened = Signal()
    turned = Signal(bool)

    def __init__(self, title: str, body: QWidget, *, is_open: bool = False) -> None:
        super().__init__()
        self._button = QToolButton()
        self._button.setText(title)
        self._button.setAccessibleName(title)
        self._button.setProperty("look", "fold")
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setCheckable(True)
        self._body = body
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._button)
        layout.addWidget(body)
        self._button.toggled.connect(self._turn)
        self._button.setChecked(is_open)
        self._turn(is_open)

    def open_body(self) -> None:
        self._button.setChecked(True)

    def close_body(self) -> None:
        self._button.setChecked(False)

    def _turn(self, is_open: bool) -> None:
        self._button.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        if is_open:
            self.opened.emit()
        self._body.setVisible(is_open)
        self.turned.emit(is_open)
