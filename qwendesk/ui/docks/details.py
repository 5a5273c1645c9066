"""Details of a reply, in groups of rows with right-aligned values."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from qwendesk.api.engine import LoadReport
from qwendesk.chat.conversation import Turn
from qwendesk.ui.docks.detailrows import Group, groups
from qwendesk.ui.slices import TURN, Work
from qwendesk.ui.theme.tokens import ROOMY, SPACE, TIGHT, WIDE
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import heading, label
from qwendesk.words import _


class DetailsView(Pages):
    """Empty until there is a reply."""

    def __init__(self) -> None:
        self._area = QScrollArea(widgetResizable=True)
        self._area.setAccessibleName(_("Details of the reply"))
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        super().__init__(self._area)
        self.clear()

    def clear(self) -> None:
        self.show_empty(
            _("No reply yet"),
            _("Send a message: its speed, tokens and settings are shown here with their meaning."),
        )

    def showing(self, turn: Turn, report: LoadReport | None) -> Work:
        """A finished, stopped or failed reply; while one runs, say so."""
        if turn.running:
            self.show_loading(_("The reply is on its way…"))
            return
        page = QWidget()
        page.setProperty("look", "page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(WIDE, ROOMY, WIDE, WIDE)
        layout.setSpacing(WIDE)
        for group in groups(turn, report):
            layout.addWidget(_group(group))
            yield
        layout.addStretch(1)
        yield TURN
        self._area.setWidget(page)
        self.show_full()


def _group(group: Group) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(TIGHT + 2)
    grid.setHorizontalSpacing(SPACE)
    grid.setColumnStretch(1, 1)
    grid.addWidget(heading(group.title), 0, 0, 1, 2)
    for line, one in enumerate(group.rows, 1):
        name, value = label(one.name, "dim"), label(one.value, wrap=True, selectable=True)
        value.setAlignment(Qt.AlignmentFlag.AlignRight)
        value.setAccessibleName(f"{one.name}: {one.value}")
        for part in (name, value):
            part.setToolTip(one.meaning)
        grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(value, line, 1)
    for line, note in enumerate(group.notes, len(group.rows) + 1):
        grid.addWidget(label(note, "dim", wrap=True, selectable=True), line, 0, 1, 2)
    return box
