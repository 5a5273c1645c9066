"""A dialog with a title, a body and its buttons at the lower right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from qwendesk.ui.theme.tokens import GAP, WIDE
from qwendesk.ui.widgets.parts import button, label, row


class Dialog(QDialog):
    """Closed by Esc and by its last button."""

    def __init__(self, title: str, parent: QWidget, width: int = 460) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setMinimumWidth(width)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(GAP, GAP, GAP, WIDE)
        self.body.setSpacing(WIDE)
        self.body.addWidget(label(title, "title"))

    def add_text(self, text: str, look: str = "") -> QLabel:
        """A paragraph that can be selected."""
        paragraph = label(text, look, wrap=True, selectable=True)
        # A width of its own: else the height is that of the narrowest column.
        paragraph.setMinimumWidth(self.minimumWidth() - 2 * GAP)
        self.body.addWidget(paragraph)
        return paragraph

    def add_scrolled(self, page: QWidget, name: str, height: int) -> None:
        """A part that may be taller than the dialog."""
        area = QScrollArea(widgetResizable=True)
        area.setAccessibleName(name)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page.setProperty("look", "page")
        area.setWidget(page)
        area.setMinimumHeight(height)
        self.body.addWidget(area, 1)

    def add_buttons(self, *buttons: QPushButton) -> None:
        self.body.addLayout(row(1, *buttons))

    def close_button(self, text: str) -> QPushButton:
        made = button(text, "", self.reject)
        made.setDefault(True)
        return made
