"""The Quant Lab: which quantization to keep, in a sentence, a table and two charts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QMenu, QPushButton, QSplitter, QVBoxLayout, QWidget

from qwendesk.lab.asked import Run
from qwendesk.lab.line import Line
from qwendesk.lab.pareto import beaten, points
from qwendesk.lab.report.report import Report
from qwendesk.ui.docks.labadvice import LabAdvice
from qwendesk.ui.docks.labcharts import ContextCard, FrontCard
from qwendesk.ui.docks.labqueue import LabQueue
from qwendesk.ui.docks.labtable import LabTable
from qwendesk.ui.slices import Work
from qwendesk.ui.theme.tokens import ROOMY, SPACE, TIGHT
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.choicebutton import ChoiceButton
from qwendesk.ui.widgets.elided import Elided
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import button, row
from qwendesk.words import _
from qwendesk.words.problems import Sentence

if TYPE_CHECKING:
    from qwendesk.lab.report.export import Format

PARTS = {"table": _("Table"), "drift": _("Drift"), "context": _("Context")}
FORMATS: dict[Format, str] = {
    "html": _("Web page (HTML)"),
    "md": _("Markdown"),
    "csv": _("Table (CSV)"),
    "json": _("JSON"),
}
_TALL, _WIDE, _HEAD = 430, 560, 860
"""Pixels from which table and charts stand below one another, in less room one of them shows; and from which
the head has room for everything that one does seldom."""
_LEAST, _MOST = 2, 4


class LabView(QWidget):
    """`run_asked` with what to do ("stop", "resume", "forget") and a run's id.

    `save_requested` with a format, `answers_requested` with lines of the table, `details_requested` with one.
    """

    measure_requested = Signal()
    quantize_requested = Signal()
    answers_requested = Signal(object)
    details_requested = Signal(object)
    save_requested = Signal(str)
    large_requested = Signal()
    refresh_requested = Signal()
    base_chosen = Signal(str)
    axis_chosen = Signal(object)
    run_asked = Signal(str, int)

    def __init__(self, table: LabTable, front: FrontCard, context: ContextCard) -> None:
        super().__init__()
        self.report: Report | None = None
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._beside = QSplitter(Qt.Orientation.Horizontal)
        self.queue, self.advice = LabQueue(), LabAdvice()
        self.table, self.front, self.context = table, front, context
        self.pages = Pages(self._split)
        self._make_head()
        self._lay_out()
        self._connect()
        self.show_loading()

    def _make_head(self) -> None:
        self.base = QComboBox()
        self.base.setAccessibleName(_("Model and its quantizations"))
        self.base.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        calm(self.base)
        self.brief = Elided("", "strong")
        self.part = ChoiceButton(_("Shown"), PARTS, "table")
        self.answers = button(_("Answers side by side"), "quiet", self._ask_answers)
        self.answers.setToolTip(_("Ask the selected models the same, with the same seed and greedily."))
        self.details = button(_("Details…"), "quiet", self._ask_details)
        self.details.setToolTip(_("Text by text, tasks by kind, and what could not be measured."))
        self.save = self._save_button()
        self.quantize = button(_("Quantize…"), "quiet", self.quantize_requested.emit)
        self.more = self._more_button()
        self.large = button(_("Large"), "quiet", self.large_requested.emit, _("As a window of its own."))
        self.measure = button(_("Measure…"), "primary", self.measure_requested.emit)

    def _more_button(self) -> QPushButton:
        """Where the head is too narrow for all of them."""
        made = button(_("More"), "quiet")
        menu = QMenu(made)
        menu.setAccessibleName(_("More"))
        for one in (self.details, self.answers, self.quantize):
            menu.addAction(one.text()).triggered.connect(one.click)
        menu.addMenu(self.save.menu()).setText(self.save.text())
        menu.aboutToShow.connect(lambda: self._offer_more(menu))
        made.setMenu(menu)
        return made

    def _offer_more(self, menu: QMenu) -> None:
        offered = (self.details.isEnabled(), self.answers.isEnabled(), True, self.report is not None)
        for action, can in zip(menu.actions(), offered, strict=True):
            action.setEnabled(can)

    def _save_button(self) -> QPushButton:
        made = button(_("Save report"), "quiet")
        menu = QMenu(made)
        menu.setAccessibleName(_("Save report"))
        for id, title in FORMATS.items():
            menu.addAction(title).triggered.connect(lambda _on, id=id: self.save_requested.emit(id))
        menu.addSeparator()
        self.private = menu.addAction(_("With answers, paths and names of own files"))
        self.private.setCheckable(True)
        made.setMenu(menu)
        return made

    def _lay_out(self) -> None:
        for card in (self.front, self.context):
            self._beside.addWidget(card)
        for at, (part, stretch) in enumerate(((self.table, 5), (self._beside, 4))):
            self._split.addWidget(part)
            self._split.setStretchFactor(at, stretch)
        for one in (self._split, self._beside):
            one.setChildrenCollapsible(False)
        seldom = (self.details, self.answers, self.save, self.quantize)
        head = row(self.base, 1, self.part, *seldom, self.more, self.large, self.measure, space=2)
        self.measure.setParent(self)  # the first of all: the keyboard goes there when the dock is opened
        outer = QVBoxLayout(self)
        outer.setContentsMargins(ROOMY, TIGHT, ROOMY, SPACE)
        outer.setSpacing(TIGHT)
        outer.addLayout(head)
        outer.addWidget(self.brief)
        outer.addWidget(self.queue)
        outer.addWidget(self.advice)
        outer.addWidget(self.pages, 1)
        order = (self.base, self.part, *seldom, self.more, self.large, self.measure, self.queue, self.table)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        self.base.activated.connect(lambda _at: self.base_chosen.emit(self.chosen_base))
        self.part.chosen.connect(lambda _part: self._arrange())
        self.front.axis_chosen.connect(self.axis_chosen)
        self.queue.asked.connect(self.run_asked)
        self.table.opened.connect(self.details_requested)
        self.table.chosen_changed.connect(self._offer)

    @property
    def chosen_base(self) -> str:
        """Empty for all of them."""
        return str(self.base.currentData() or "")

    @property
    def is_large(self) -> bool:
        """Whether there is room for everything at once."""
        return self.height() >= _TALL and self.width() >= _WIDE

    def show_loading(self) -> None:
        self._show_report(None)
        self.pages.show_loading(_("Reading what was measured…"))

    def show_error(self, sentence: Sentence) -> None:
        self._show_report(None)
        self.pages.show_error(sentence, self.refresh_requested.emit)

    def show_runs(self, runs: Sequence[Run]) -> None:
        """What is measured, what waits, and what is not finished."""
        self.queue.show_runs(runs)
        self._arrange()

    def show_bases(self, bases: Sequence[str], chosen: str) -> None:
        """What anything was measured of."""
        known = [(one, one) for one in bases]
        if len(known) > 1:
            known.append((_("All models"), ""))
        if known != [(self.base.itemText(at), self.base.itemData(at)) for at in range(self.base.count())]:
            self.base.clear()
            for title, base in known:
                self.base.addItem(title, base)
        self.base.setCurrentIndex(max(0, self.base.findData(chosen)))

    def showing(self, report: Report) -> Work:
        """What was measured, part by part, or what to do where nothing was."""
        if not report.table.lines:
            self._show_empty()
            return
        axis = self.front.axis.value
        set_back = frozenset(beaten(points(report.table.lines, axis), axis))
        self.table.show_report(report, set_back)
        yield
        self.front.show_report(report)
        yield
        self.context.show_report(report)
        yield
        self.advice.show_report(report)
        self.brief.setToolTip(self.advice.accessibleName())
        self._show_report(report)
        self.pages.show_full()

    def _show_empty(self) -> None:
        self._show_report(None)
        self.pages.show_empty(
            _("Which quantization should you keep?"),
            _(
                "Measure some. Each reads the same texts, and you see how far it drifts from the original, "
                "how fast it is, and how much context fits beside it here."
            ),
            _("Measure…"),
            self.measure_requested.emit,
        )

    def _show_report(self, report: Report | None) -> None:
        self.report = report
        self.base.setVisible(report is not None)
        self.setFocusProxy(self.table if report is not None else self.measure)
        self._arrange()
        self._offer()

    def _arrange(self) -> None:
        """All of it where there is room, else what is chosen."""
        large, there = self.is_large, self.report is not None
        shown = self.part.value
        self.part.setVisible(there and not large)
        self.advice.setVisible(there and large)
        self.table.setVisible(large or shown == "table")
        self.front.setVisible(large or shown == "drift")
        self.context.setVisible(large or shown == "context")
        self._beside.setVisible(large or shown != "table")
        self.large.setVisible(not large)
        self.queue.set_most(_MOST if large else 1)
        self.brief.setText(self.advice.sentence.text())
        self.brief.setVisible(there and not large and self.queue.isHidden())
        wide = self.width() >= _HEAD
        for one in (self.save, self.details, self.answers):
            one.setVisible(there and wide)
        self.quantize.setVisible(wide or not there)
        self.more.setVisible(there and not wide)

    def _offer(self) -> None:
        chosen = len(self.table.chosen)
        self.answers.setEnabled(_LEAST <= chosen <= _MOST)
        self.details.setEnabled(chosen >= 1)

    def _ask_answers(self) -> None:
        self.answers_requested.emit(self.table.chosen)

    def _ask_details(self) -> None:
        chosen: list[Line] = self.table.chosen
        if chosen:
            self.details_requested.emit(chosen[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 96)
