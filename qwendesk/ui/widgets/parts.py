"""Labels, buttons and boxes with their look and their accessible name, in one line each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

Margins = tuple[int, int, int, int]
L = TypeVar("L", bound=QBoxLayout)


def label(text: str = "", look: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """Plain text, never rich: what a model or a file says must not become markup."""
    made = _Wrapped(text) if wrap else QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("look", look)
    if wrap:
        made.setWordWrap(True)
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        made.setMinimumWidth(40)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


class _Wrapped(QLabel):
    """Wrapped text that may be squeezed: Qt would ask for the height it has in the narrowest column."""

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.fontMetrics().height())


def heading(text: str) -> QLabel:
    """The small capitals over a group of fields."""
    made = label(text.upper(), "heading")
    made.setAccessibleName(text)
    return made


def button(
    text: str, look: str = "", clicked: Callable[[], None] | None = None, tip: str = ""
) -> QPushButton:
    """A button named by its own text. `look`: primary, flat, link or nothing."""
    made = QPushButton(text)
    made.setProperty("look", look)
    made.setAccessibleName(text)
    made.setToolTip(tip)
    if clicked is not None:
        made.clicked.connect(lambda _checked: clicked())
    return made


def column(
    *parts: QWidget | QBoxLayout | int, space: int = 8, margins: Margins = (0, 0, 0, 0)
) -> QVBoxLayout:
    """Parts below one another; an int is a stretch of that factor."""
    return _filled(QVBoxLayout(), parts, space, margins)


def row(*parts: QWidget | QBoxLayout | int, space: int = 8, margins: Margins = (0, 0, 0, 0)) -> QHBoxLayout:
    """Parts beside one another; an int is a stretch of that factor."""
    return _filled(QHBoxLayout(), parts, space, margins)


def _filled(layout: L, parts: tuple[QWidget | QBoxLayout | int, ...], space: int, margins: Margins) -> L:
    layout.setSpacing(space)
    layout.setContentsMargins(*margins)
    for part in parts:
        if isinstance(part, int):
            layout.addStretch(part)
        elif isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)
    return layout


def framed(layout: QBoxLayout, look: str = "card") -> QFrame:
    """A card around a layout."""
    frame = QFrame()
    frame.setProperty("look", look)
    frame.setLayout(layout)
    return frame


def boxed(layout: QBoxLayout) -> QWidget:
    """A plain widget around a layout, to show and hide it as one."""
    box = QWidget()
    box.setLayout(layout)
    return box


def look_again(widget: QWidget, name: str, value: str) -> None:
    """Change a property that the style sheet looks at."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
