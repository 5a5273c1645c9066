"""The Monitor's keeper: hears samples and replies, has the cards made, and knows what was expected."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.monitor.live import Live
from qwendesk.monitor.rooflines import Expected
from qwendesk.monitor.sample import SampleTaken
from qwendesk.monitor.table import as_csv, live_rows
from qwendesk.runtimes.session import ReplyFinished, Session
from qwendesk.ui.background import Background
from qwendesk.ui.docks.monitor import MonitorView
from qwendesk.ui.docks.sight import Sight
from qwendesk.ui.saving import Saving
from qwendesk.ui.slices import Work
from qwendesk.ui.window import Window
from qwendesk.words import _

_PACE_MS = 16


class Monitoring(QObject):
    """Everything is collected all the time, which costs nothing; drawn only while somebody can see it."""

    def __init__(
        self,
        window: Window,
        app: App,
        background: Background,
        view: MonitorView,
        load: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._window, self._app, self._background, self._view = window, app, background, view
        self.live = Live()
        self._expected: Expected | None = None
        self._problem: Problem | None = None
        self._about = 0
        self._saving = Saving(window, background, window.notices)
        self._drawing: Work = self._view.drawing(self.live, None)
        self._pace = QTimer(self, interval=_PACE_MS)
        self._pace.timeout.connect(self._draw_next)
        self._made = False
        self._sight = Sight(window.docks["monitor"])
        self._sight.changed.connect(self._on_watched)
        view.changed.connect(self._draw)
        view.load_requested.connect(load)
        view.picture_requested.connect(self._save_picture)
        view.values_requested.connect(self._save_values)
        if self._sight.on:
            self._on_watched(True)

    def on_event(self, event: object) -> None:
        """What happened, told by the bridge on this thread."""
        if isinstance(event, SampleTaken):
            self.live.add(event.sample)
            self._look_up()
            self._draw()
        elif isinstance(event, ReplyFinished):
            self.live.replied(event)

    def _on_watched(self, on: bool) -> None:
        self._app.sampler.watch(on)
        if not on:
            self._pace.stop()
        elif not self._made:
            self._begin()
        self._draw()

    def _begin(self) -> None:
        """Have the cards made; whoever looks away meanwhile finds it done."""
        self._made = True
        self._window.slices.begin(self._view, self._filling())

    def _filling(self) -> Work:
        yield from self._view.filling()
        self._draw()

    def _draw(self) -> None:
        """One card after the other, each painted before the next: all at once would take a whole frame."""
        if self._sight.on:
            self._drawing = self._view.drawing(self.live, self._expected, self._problem)
            self._pace.start()

    def _draw_next(self) -> None:
        if next(self._drawing, self) is self:
            self._pace.stop()

    def _look_up(self) -> None:
        """What was expected of the model in front, once for each; its file is read elsewhere.

        Measuring the memory would slow others, and they would spoil the measurement: it waits for quiet.
        """
        worker = self.live.worker
        if worker is None:
            self._view.show_about("")
        if worker is None or worker.session == self._about or not self._sight.on:
            return
        if not self._app.rooflines.is_measured and not self.live.quiet:
            return
        session = next((one for one in self._app.runtimes.sessions() if one.id == worker.session), None)
        if session is None or session.state.report is None:
            return
        self._about, self._expected, self._problem = worker.session, None, None
        self._view.show_about(_about(session))
        recipe, find = session.recipe, self._app.rooflines.expected
        self._background.run(
            partial(find, recipe.model, recipe.spec.id, recipe.options),
            partial(self._on_expected, worker.session),
            partial(self._on_unexpected, worker.session),
        )

    def expect(self, session: int, expected: Expected | None, problem: Problem | None = None) -> None:
        """What was expected of the model of a session, or why that is not known."""
        self._about, self._expected, self._problem = session, expected, problem
        self._draw()

    def _on_expected(self, session: int, expected: Expected) -> None:
        if session == self._about:
            self.expect(session, expected)

    def _on_unexpected(self, session: int, problem: Problem) -> None:
        if session == self._about:
            self.expect(session, None, problem)

    def _save_picture(self) -> None:
        if self._view.flow is not None:
            self._saving.save_picture(_("monitor"), self._view.flow.page)

    def _save_values(self) -> None:
        self._saving.save_values(_("monitor"), as_csv(live_rows(self.live, self._view.span)))


def _about(session: Session) -> str:
    model = session.recipe.model
    return " · ".join(filter(None, (model.title, model.quantization, session.recipe.spec.title)))
