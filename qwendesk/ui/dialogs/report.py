"""The report before it is written: every file of it at the left, its text at the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from qwendesk.monitor.report.part import Part
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.dialogs.toldline import ToldLine
from qwendesk.ui.lists.cell import Cell
from qwendesk.ui.lists.rowlist import RowList
from qwendesk.ui.slices import Slices
from qwendesk.ui.theme.tokens import WIDE
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import boxed, button, row
from qwendesk.ui.widgets.reader import Reader
from qwendesk.words import _, figures
from qwendesk.words.problems import Sentence
from qwendesk.words.report import about, taken_out

_SIZE, _LIST = QSize(1000, 680), 330


class ReportDialog(Dialog):
    """Says what is wanted and stays until it is told to close."""

    save_requested = Signal()
    cancel_requested = Signal()
    """Stop building."""

    def __init__(self, parent: QWidget, slices: Slices) -> None:
        super().__init__(_("Save a report"), parent, width=760)
        self.parts: list[Part] = []
        told = _("For somebody who helps you. Nothing is written yet: look at every file before you save it.")
        self.add_text(told)
        self.add_text(taken_out(), "small")
        self.list: RowList[Part] = RowList(_("Files of the report"), lambda one: one.name, _cell, 1)
        self.list.setFixedWidth(_LIST)
        self.reader = Reader(_("Text of the file"), slices)
        both = row(self.list, self.reader, space=WIDE)
        both.setStretch(1, 1)
        self.pages = Pages(boxed(both))
        self.body.addWidget(self.pages, 1)
        self.line = ToldLine(self.minimumWidth() // 2)
        self.body.addWidget(self.line)
        self.save = button(_("Save the report…"), "primary", self.save_requested.emit)
        self.add_buttons(button(_("Close"), "", self.reject), self.save)
        self.list.picked.connect(self._on_picked)
        self.resize(_SIZE)
        self.show_building("")

    def show_building(self, title: str) -> None:
        """`title`: what was looked at last."""
        told = _("Building the report: {what}").format(what=title) if title else _("Building the report…")
        self.save.setEnabled(False)
        self.pages.show_loading(told, self.cancel_requested.emit)

    def show_parts(self, parts: list[Part]) -> None:
        """All of it."""
        self.parts = parts
        self.list.show_things(parts)
        self.list.setCurrentIndex(self.list.rows.index(0))
        self.save.setEnabled(True)
        self.save.setDefault(True)
        self.pages.show_full()
        self.list.setFocus()

    def show_problem(self, sentence: Sentence) -> None:
        """It could not be written; what was built is still there."""
        self.line.tell(sentence, bad=True)

    def _on_picked(self, part: Part | None) -> None:
        if part is not None:
            self.reader.show_text(part.text)


def _cell(part: Part) -> Cell:
    return Cell(part.name, right=figures.size(part.size), detail=about(part.name), tip=part.name)
