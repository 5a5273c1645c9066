"""Below the chips: what could not be read, what cannot be sent, and why."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from qwendesk.ui.chat.buttons import button
from qwendesk.ui.chat.chip import Chip
from qwendesk.ui.theme.tokens import TIGHT
from qwendesk.ui.widgets.parts import label
from qwendesk.words import _, ngettext

MOST = 4


class AttachmentLines(QWidget):
    """One line for each sentence, a few at most; what failed has no chip, so its line can be dismissed."""

    dismissed = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.texts: list[str] = []
        self.buttons: list[QPushButton] = []
        self._lines: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(TIGHT)

    def show_chips(self, chips: Iterable[Chip]) -> None:
        """What is to be said about these."""
        for line in self._lines:
            line.hide()
            line.deleteLater()
        said = [(chip, text) for chip in chips for text in (chip.problem, *chip.notes) if text]
        self.texts = [text for _chip, text in said[:MOST]]
        self.buttons = []
        self._lines = [self._line(chip, text) for chip, text in said[:MOST]]
        if more := max(0, len(said) - MOST):
            words = ngettext("and {n} more", "and {n} more", more).format(n=more)
            self._lines.append(label(words, "faint"))
        for line in self._lines:
            self._column.addWidget(line)
        self.setVisible(bool(self._lines))

    def _line(self, chip: Chip, text: str) -> QWidget:
        told = label(text, "small", wrap=True, selectable=True)
        told.setProperty("state", "bad" if text == chip.problem else "")
        if chip.state != "failed":
            return told
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(told, 1)
        name = _("Dismiss: {it}").format(it=text)
        made = button(line, _("Dismiss"), "quiet", lambda: self.dismissed.emit(chip.id), name)
        row.addWidget(made)
        self.buttons.append(made)
        return line
