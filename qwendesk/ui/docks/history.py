"""The history: how fast each model was with each runtime and its settings, on average and over time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from qwendesk.monitor.metrics import FIGURES, Averages
from qwendesk.monitor.scale import top
from qwendesk.store.metrics import Span
from qwendesk.ui.docks.averagestable import AveragesTable
from qwendesk.ui.slices import Work
from qwendesk.ui.theme.tokens import ROOMY, SPACE, TIGHT
from qwendesk.ui.warming import warming
from qwendesk.ui.widgets.choicebutton import ChoiceButton
from qwendesk.ui.widgets.elided import Elided
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import button, framed, row
from qwendesk.words import _, meanings, metrics
from qwendesk.words import live as words
from qwendesk.words.problems import Sentence

if TYPE_CHECKING:
    from qwendesk.ui.charts.chart import Chart

RANGES = {
    3600.0: _("Last hour"),
    86400.0: _("Last 24 hours"),
    30 * 86400.0: _("Last 30 days"),
    0.0: _("All time"),
}
"""Seconds back from now, 0 for everything."""


class HistoryView(QWidget):
    """`course_requested` when another row, figure or time was chosen."""

    refresh_requested = Signal()
    course_requested = Signal()
    picture_requested = Signal()
    values_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.chart: Chart | None = None
        self._averages: Sequence[Averages] = ()
        self.figure = ChoiceButton(
            _("Figure"), {one: metrics.title("reply", one) for one in FIGURES}, "decode_tps"
        )
        self.figure.chosen.connect(self._on_figure)
        self.range = ChoiceButton(_("Time"), RANGES, 86400.0)
        self.range.chosen.connect(lambda _range: self.course_requested.emit())
        self.meaning = Elided("", "small")
        refresh = button(_("Refresh"), "quiet", self.refresh_requested.emit)
        self.picture = button(_("Save PNG…"), "quiet", self.picture_requested.emit, _("The chart."))
        self.values = button(
            _("Save CSV…"), "quiet", self.values_requested.emit, _("The values of the chart.")
        )
        self.table = AveragesTable()
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self.course_requested.emit())
        self.course = Pages(QWidget())
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        for part, stretch in ((self.table, 5), (self.course, 4)):
            split.addWidget(part)
            split.setStretchFactor(split.count() - 1, stretch)
        self.pages = Pages(split)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(ROOMY, 2, ROOMY, TIGHT + 2)
        outer.setSpacing(2)
        head = row(self.meaning, self.figure, self.range, refresh, self.picture, self.values, space=2)
        head.setStretch(0, 1)
        outer.addLayout(head)
        outer.addWidget(self.pages, 1)
        self._explain()
        self._offer(False)
        self.course.show_loading(_("Getting the chart ready…"))
        self.pages.show_loading(_("Reading what was recorded…"))

    @property
    def chosen_figure(self) -> str:
        return str(self.figure.value)

    def filling(self) -> Work:
        """Make the chart."""
        names = ("shapes", "plot", "curves", "chart")
        yield from warming(tuple(f"qwendesk.ui.charts.{name}" for name in names))
        from qwendesk.ui.charts.chart import Chart, Words

        self.chart = Chart(Words(_("Course"), partial(metrics.value, unit=""), words.moment))
        self.course.put(framed(row(self.chart, margins=(SPACE, SPACE, SPACE, TIGHT))))
        self.course_requested.emit()
        yield

    def show_averages(self, averages: Sequence[Averages]) -> None:
        self._averages = averages
        if not averages:
            self.pages.show_empty(
                _("No reply was recorded yet"),
                _("Ask something: how fast it was is kept for each model, and compared here."),
            )
            return
        self.pages.show_full()
        self.table.show_averages(averages, self.chosen_figure)
        self.course_requested.emit()

    def show_course(self, spans: Sequence[Span], now: float) -> None:
        """What was recorded of the chosen figure, until now."""
        if self.chart is None:
            return
        self._offer(bool(spans))
        if not spans:
            self.course.show_empty(_("Nothing in this time"), _("Choose a longer time, or another figure."))
            return
        from qwendesk.monitor.live import Line
        from qwendesk.ui.charts.chart import Words

        self.course.show_full()
        unit = FIGURES[self.chosen_figure]
        name, read = (
            metrics.title("reply", self.chosen_figure),
            partial(metrics.value, unit=unit),
        )
        self.chart.words = Words(name, read, words.moment, tick=metrics.beside_axis(unit))
        line = Line(tuple(one.at + one.length / 2 for one in spans), tuple(one.mean for one in spans))
        begin = now - self.range.value if self.range.value else min(line.ages[0], now - 3600.0)
        self.chart.show_lines(
            [line], begin, now, top(max(line.values)), words.clock(begin, now), dotted=not spans[0].length
        )
        told = words.spread(name, read(line.values[-1]), read(min(line.values)), read(max(line.values)))
        self.chart.setAccessibleName(name)
        self.chart.setAccessibleDescription(told)

    def show_error(self, sentence: Sentence) -> None:
        self.pages.show_error(sentence, self.refresh_requested.emit)

    def _on_figure(self, _metric: object) -> None:
        self._explain()
        self.show_averages(self._averages)

    def _explain(self) -> None:
        told = meanings.meaning(self.chosen_figure)
        self.meaning.setText(told)
        self.meaning.setToolTip(told)
        self.figure.setToolTip(told)

    def _offer(self, ready: bool) -> None:
        self.picture.setEnabled(ready)
        self.values.setEnabled(ready)
