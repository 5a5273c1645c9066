"""Pastes too long to edit, kept beside the field: what they are, and a click to take one out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from qwendesk.ui.chat.buttons import button
from qwendesk.ui.theme.tokens import SPACE
from qwendesk.words import _, ngettext


class Pasted(QWidget):
    """One chip for each paste, hidden while there is none."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.texts: list[str] = []
        self.chips: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, SPACE)
        self._row.setSpacing(SPACE)
        self._row.addStretch()
        self.hide()

    def add(self, text: str) -> None:
        """Another one, behind the others."""
        lines = text.count("\n") + 1
        words = ngettext("Pasted text, {n:,} line", "Pasted text, {n:,} lines", lines).format(n=lines)
        chip = button(
            self, f"{words}  ×", "outline", lambda: self._remove(chip), _("Remove: {it}").format(it=words)
        )
        chip.setToolTip(_("Sent below your message. Click to take it out."))
        self._row.insertWidget(len(self.chips), chip)
        self.texts.append(text)
        self.chips.append(chip)
        self._tell()

    def clear(self) -> None:
        for chip in self.chips:
            chip.deleteLater()
        self.texts, self.chips = [], []
        self._tell()

    def _remove(self, chip: QPushButton) -> None:
        at = self.chips.index(chip)
        del self.texts[at], self.chips[at]
        chip.deleteLater()
        self._tell()

    def _tell(self) -> None:
        self.setVisible(bool(self.texts))
        self.changed.emit()
