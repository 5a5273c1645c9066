"""Above the field while a question is asked differently: that it is, and the way out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from qwendesk.ui.chat.buttons import button
from qwendesk.words import _


class EditNotice(QWidget):
    """Hidden at first."""

    cancelled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        told = QLabel(_("Asking it differently. The old question and its replies are kept."), self)
        told.setProperty("look", "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(told, 1)
        row.addWidget(button(self, _("Cancel"), "quiet", self.cancelled.emit))
        self.hide()
