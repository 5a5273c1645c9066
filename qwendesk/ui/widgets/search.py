"""A field to search in."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QToolButton

from qwendesk.words import _


def search_field(name: str) -> QLineEdit:
    """With a button that empties it; both have names."""
    made = QLineEdit(clearButtonEnabled=True)
    made.setAccessibleName(name)
    for clear in made.findChildren(QToolButton):
        clear.setAccessibleName(_("Clear"))
        clear.setToolTip(_("Clear"))
    return made
