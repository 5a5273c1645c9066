"""What a selection says: its text, with LaTeX where formulas are drawn."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor

from qwendesk.ui.chat.formulaobject import OBJECT, source_of


def selected_source(selection: QTextCursor) -> str | None:
    """None where nothing drawn is selected, so that the text is what Qt says it is."""
    text = selection.selectedText()
    if OBJECT not in text:
        return None
    cursor = QTextCursor(selection.document())
    at = selection.selectionStart()
    found: list[str] = []
    for char in text:
        units = 2 if ord(char) > 0xFFFF else 1
        if char == OBJECT:
            cursor.setPosition(at + 1)
            found.append(source_of(cursor.charFormat()) or char)
        else:
            found.append(char)
        at += units
    return "".join(found).replace("\u2028", "\n").replace("\u2029", "\n").replace("\xa0", " ")
