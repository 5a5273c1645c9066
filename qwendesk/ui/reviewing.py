"""The history's keeper: averages and courses are read elsewhere, while somebody looks."""

from __future__ import annotations

import time
from functools import partial

from PySide6.QtCore import QObject, QTimer

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.monitor.metrics import FIGURES
from qwendesk.monitor.recorder import WRITTEN_S
from qwendesk.monitor.table import as_csv, past_rows
from qwendesk.runtimes.session import ReplyFinished
from qwendesk.store.metrics import Series, Span
from qwendesk.ui.background import Background, Task
from qwendesk.ui.docks.history import HistoryView
from qwendesk.ui.docks.sight import Sight
from qwendesk.ui.saving import Saving
from qwendesk.ui.window import Window
from qwendesk.words import _
from qwendesk.words.problems import word

_LATER_MS = round(1000 * WRITTEN_S) + 2_000
"""By then the recorder has written what it heard."""


class Reviewing(QObject):
    """Reads nothing while the dock is hidden."""

    def __init__(self, window: Window, app: App, background: Background, view: HistoryView) -> None:
        super().__init__(window)
        self._past, self._background, self._view = app.metrics, background, view
        self._slices = window.slices
        self._saving = Saving(window, background, window.notices)
        self._spans: tuple[Span, ...] = ()
        self._reading: Task | None = None
        self._made = False
        self._later = QTimer(self, singleShot=True, interval=_LATER_MS)
        self._later.timeout.connect(self.refresh)
        self._sight = Sight(window.docks["history"])
        self._sight.changed.connect(self._on_seen)
        view.refresh_requested.connect(self.refresh)
        view.course_requested.connect(self._read_course)
        view.picture_requested.connect(self._save_picture)
        view.values_requested.connect(self._save_values)
        if self._sight.on:
            self._on_seen(True)

    def on_event(self, event: object) -> None:
        """What happened, told by the bridge on this thread."""
        if isinstance(event, ReplyFinished) and self._sight.on:
            self._later.start()

    def refresh(self) -> None:
        """Read the averages again."""
        if self._sight.on:
            self._background.run(self._past.averages, self._view.show_averages, self._on_unread)

    def _on_seen(self, on: bool) -> None:
        if not on:
            self._later.stop()
            return
        self.refresh()
        if not self._made:
            self._made = True
            self._slices.begin(self._view, self._view.filling())

    def _on_unread(self, problem: Problem) -> None:
        self._view.show_error(word(problem.note()))

    def _read_course(self) -> None:
        """Of the row, the figure and the time that are chosen; what was on its way is of no use any more."""
        chosen, since = self._view.table.chosen, self._view.range.value
        if chosen is None or self._view.chart is None:
            return
        if self._reading is not None:
            self._reading.cancel()
        whose, now = chosen.whose, time.time()
        series = Series("reply", whose.model, whose.runtime, whose.settings, self._view.chosen_figure)
        self._reading = self._background.run(
            partial(self._past.course, series, now - since if since else 0.0),
            partial(self._on_course, now),
            self._on_unread,
        )

    def _on_course(self, now: float, spans: tuple[Span, ...]) -> None:
        self._spans = spans
        self._view.show_course(spans, now)

    def _save_picture(self) -> None:
        if self._view.chart is not None:
            self._saving.save_picture(_("history"), self._view.chart)

    def _save_values(self) -> None:
        self._saving.save_values(
            _("history"), as_csv(past_rows(self._spans, FIGURES[self._view.chosen_figure]))
        )
