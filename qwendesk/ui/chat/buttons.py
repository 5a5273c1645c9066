"""Small buttons of the conversation."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget


def button(
    parent: QWidget, words: str, look: str, on_click: Callable[[], object], name: str = ""
) -> QPushButton:
    """A button that says what it does; `name` says it in full to a screen reader."""
    made = QPushButton(words, parent)
    made.setProperty("look", look)
    made.setAccessibleName(name or words)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.clicked.connect(lambda _checked: on_click())
    return made
