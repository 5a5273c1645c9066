"""The lab's charts: drift against a cost that one chooses, and how much context fits."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from qwendesk.lab.pareto import Axis, beaten, points
from qwendesk.lab.report.numbers import unit_of
from qwendesk.lab.report.report import Report
from qwendesk.ui.charts.contexts import ContextChart
from qwendesk.ui.charts.front import FrontChart
from qwendesk.ui.theme.tokens import ROOMY, SPACE, TIGHT
from qwendesk.ui.widgets.choicebutton import ChoiceButton
from qwendesk.ui.widgets.elided import Elided
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import column, framed, row
from qwendesk.words import _

_HEAD = 26
AXES: dict[Axis, str] = {
    "size": _("against size"),
    "speed": _("against speed"),
    "memory": _("against memory"),
}


class FrontCard(QWidget):
    """`axis_chosen` when drift shall be weighed against something else."""

    axis_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.chart = FrontChart()
        self.axis = ChoiceButton(_("Drift"), AXES, get_args(Axis)[0])
        self.axis.chosen.connect(self.axis_chosen)
        self.pages = Pages(self.chart)
        head = row(Elided(_("Drift"), "strong"), self.axis, space=TIGHT)
        head.setStretch(0, 1)
        frame = framed(column(head, self.pages, space=2, margins=(ROOMY, TIGHT, SPACE, TIGHT)))
        self.setLayout(row(frame))

    def show_report(self, report: Report) -> None:
        """By the axis that is chosen."""
        axis: Axis = self.axis.value
        found = points(report.table.lines, axis)
        if not found:
            what = {
                "size": _("Nothing here was compared with a reference yet."),
                "speed": _("Measure speed, too: it is one of the settings of a measurement."),
                "memory": _("Measure speed, too: memory is measured with it."),
            }
            self.pages.show_empty(_("Nothing to draw yet"), what[axis])
            return
        words = report.labels
        unit, divisor = unit_of(max(one.across.value for one in found))
        title, unit, divisor = {
            "size": (words.axis_size.format(unit=unit), unit, divisor),
            "speed": (words.axis_speed, _("tok/s"), 1.0),
            "memory": (words.axis_memory.format(unit=unit), unit, divisor),
        }[axis]
        self.pages.show_full()
        self.chart.setToolTip(words.front_note)
        self.chart.show_points(
            found, beaten(found, axis), report.advice.key, (title, words.axis_drift), unit, divisor
        )


class ContextCard(QWidget):
    """How much context fits beside each model."""

    def __init__(self) -> None:
        super().__init__()
        self.chart = ContextChart()
        self.pages = Pages(self.chart)
        head = Elided(_("Memory by context"), "strong")
        head.setFixedHeight(_HEAD)
        frame = framed(column(head, self.pages, space=2, margins=(ROOMY, TIGHT, SPACE, TIGHT)))
        self.setLayout(row(frame))

    def show_report(self, report: Report) -> None:
        """Of the models that are still here."""
        words, fitting = report.labels, report.fitting
        if fitting is None or not any(one.points for one in fitting.curves):
            self.pages.show_empty(
                _("Nothing to draw yet"), _("The files of these models are not here, so nobody can tell.")
            )
            return
        self.pages.show_full()
        self.chart.setToolTip(words.meanings.get("context", ""))
        self.chart.show_fitting(fitting, report.advice.key, (words.axis_context, words.axis_memory))
