"""All that is known of one model: text by text, tasks by kind, and what could not be measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from qwendesk.lab.line import Line
from qwendesk.lab.report import facts
from qwendesk.lab.report.columns import Column, speed_columns, text_columns
from qwendesk.lab.report.report import Report
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.theme.tokens import ROOMY, SPACE, WIDE
from qwendesk.ui.widgets.parts import column, heading, label
from qwendesk.words import _, figures, labrun
from qwendesk.words.advising import percent

_WIDTH, _HEIGHT, _DIGITS = 640, 360, 3
Cells = Sequence[Sequence[str]]


class LabDetail(Dialog):
    """`tables` are what is shown, by title: rows of cells, the first of which are the headings."""

    def __init__(self, report: Report, line: Line, parent: QWidget) -> None:
        super().__init__(line.subject.name, parent, width=_WIDTH)
        subject = line.subject
        told = (f"{subject.runtime} {subject.engine}", subject.quantization, figures.size(subject.size_bytes))
        self.add_text(" · ".join(told), "dim")
        self.tables = dict(_tables(report, line))
        body = column(space=SPACE, margins=(0, 0, ROOMY, 0))
        for title, cells in self.tables.items():
            body.addWidget(heading(title))
            body.addLayout(_grid(cells))
        body.addWidget(label(f"SHA-256 {subject.sha256}", "faint", wrap=True, selectable=True))
        body.addStretch(1)
        page = QWidget()
        page.setLayout(body)
        self.add_scrolled(page, line.subject.name, _HEIGHT)
        self.add_buttons(self.close_button(_("Close")))


def _tables(report: Report, line: Line) -> Iterator[tuple[str, Cells]]:
    words = report.labels
    texts = [one for one in report.table.texts if one.sha256 in line.readings]
    if texts:
        columns = text_columns(words, [line.readings[one.sha256] for one in texts])
        names = [labrun.text(one.name) for one in texts]
        yield words.by_text, [["", *names], *_across(columns, len(texts))]
    if line.speeds:
        columns = speed_columns(words, line.speeds)
        rows = [[facts.told(one.settings)] for one in line.speeds]
        for at, row in enumerate(rows):
            row += [_cell(one, at) for one in columns]
        yield _("Speed"), [[words.settings, *(one.heading for one in columns)], *rows]
    if line.tasks is not None:
        yield words.by_task, [list(line.tasks.kinds), [percent(one) for one in line.tasks.kinds.values()]]
    failed = [[one.about or one.kind, words.word(one.note)] for one in line.failures]
    failed += [
        [one.name, words.word(one.refused)] for one in line.readings.values() if one.refused is not None
    ]
    if failed:
        yield words.failures, [["", ""], *failed]


def _across(columns: Sequence[Column], count: int) -> list[list[str]]:
    """A row for each figure: there are more of them than texts."""
    exact = [replace(one, significant=max(one.significant, _DIGITS)) for one in columns]
    return [[one.heading, *(_cell(one, at) for at in range(count))] for one in exact]


def _cell(one: Column, at: int) -> str:
    shown, reach = one.cell(at) or "–", one.reach(at)
    return f"{shown} ± {reach}" if reach else shown


def _grid(cells: Cells) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(WIDE)
    grid.setVerticalSpacing(2)
    for row, line in enumerate(cells):
        for place, text in enumerate(line):
            long = len(text) > 40
            made = label(text, "small" if row == 0 else "", wrap=long, selectable=True)
            side = Qt.AlignmentFlag.AlignRight if place and not long else Qt.AlignmentFlag.AlignLeft
            made.setAlignment(side | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(made, row, place)
            if long:
                grid.setColumnStretch(place, 1)
    return grid
