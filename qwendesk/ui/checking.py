"""Health checks: quick ones at the start, all on demand, the loaded model's after replies; and fixes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer

from qwendesk.api.health import Pace
from qwendesk.api.problem import Note, Problem
from qwendesk.app import App
from qwendesk.models.verifying import Stopped
from qwendesk.monitor.checks.loaded import IDS
from qwendesk.monitor.health import ALL, FAST, CheckAdvanced, CheckBegun, Checked, overall
from qwendesk.runtimes.session import ReplyFinished
from qwendesk.ui.background import Background, Task
from qwendesk.ui.docks.health import HealthView
from qwendesk.ui.window import Window
from qwendesk.words import _
from qwendesk.words.health import status_line
from qwendesk.words.problems import word

_AFTER_REPLY_MS = 1_500


class Checking(QObject):
    """One run at a time, and one fix."""

    def __init__(self, window: Window, app: App, background: Background, view: HealthView) -> None:
        super().__init__(window)
        self._window, self._app, self._background, self._view = window, app, background, view
        self._task: Task | None = None
        self._stop = threading.Event()
        self._mended: Checked | None = None
        self._after_reply = QTimer(self, singleShot=True, interval=_AFTER_REPLY_MS)
        self._after_reply.timeout.connect(self._look_at_loaded)
        view.run_requested.connect(self.run)
        view.network_requested.connect(lambda: self._begin(("network",), whole=False))
        view.models_requested.connect(lambda: self._begin(("thorough",), whole=False))
        view.cancel_requested.connect(self.cancel)
        view.fix_requested.connect(self.mend)
        view.fix_cancelled.connect(self._cancel_fix)
        window.status.health_clicked.connect(self.show)

    @property
    def running(self) -> bool:
        return self._task is not None

    @property
    def mending(self) -> bool:
        return self._mended is not None

    def run(self) -> None:
        """Run every check that asks nobody outside; a run that goes on is left alone."""
        self._begin(ALL, whole=True)

    def run_fast(self) -> None:
        """Those that take no time."""
        self._begin(FAST, whole=False)

    def show(self) -> None:
        self._window.docks["health"].focus_body()

    def show_and_run(self) -> None:
        self.show()
        self.run()

    def _begin(self, paces: Sequence[Pace], *, whole: bool) -> None:
        if self._task is not None or self.mending:
            return
        stopped = self._new_stop()
        self._view.begin()
        self._task = self._background.stream(
            lambda: self._app.health.run(paces, stopped),
            self._view.add,
            lambda: self._on_done(whole),
            self._on_failed,
        )

    def _new_stop(self) -> Callable[[], bool]:
        """Of the run or fix that begins; one that was cancelled keeps its own and stays stopped."""
        self._stop = threading.Event()
        return self._stop.is_set

    def on_event(self, event: object) -> None:
        if isinstance(event, ReplyFinished):
            self._after_reply.start()
        elif not isinstance(event, CheckBegun | CheckAdvanced):
            return
        elif event.stopped != self._stop.is_set or event.stopped():
            return  # of a run that was cancelled, or of somebody else's
        elif isinstance(event, CheckAdvanced):
            self._on_advanced(event)
        elif self.running:
            self._view.show_progress(event.title, event.number, event.total)

    def _on_advanced(self, event: CheckAdvanced) -> None:
        self._view.show_far(event.done, event.total)
        card = self._view.card(self._mended.id) if self._mended is not None else None
        if card is not None:
            percent = event.done * 100 // max(event.total, 1)
            card.show_mending(_("{percent} % done").format(percent=percent))

    def cancel(self) -> None:
        """Stop, also inside a check that takes long; what it finds is not shown."""
        if self._task is not None:
            self._stop.set()
            self._task.cancel()
            self._task = None
            self._view.end(cancelled=True)

    def _on_done(self, whole: bool) -> None:
        self._task = None
        self._view.end(whole=whole)
        self._tell()

    def _on_failed(self, problem: Problem) -> None:
        self._task = None
        self._view.show_error(word(problem.note()))

    def _tell(self) -> None:
        results = self._view.results
        self._window.status.show_health(status_line(results), overall(results))

    def mend(self, checked: Checked) -> None:
        """Do what the result offers, then look at it again."""
        fix, card = checked.result.fix, self._view.card(checked.id)
        if fix is None or card is None or self.running or self.mending:
            return
        self._mended = checked
        stopped = self._new_stop()
        card.show_mending("")
        health = self._app.health

        def work() -> tuple[Note | None, list[Checked]]:
            try:
                done = health.mend(fix, stopped)
                results = health.again(checked.id.partition(".")[0], stopped)
                return done, [] if stopped() else results
            except Stopped:
                return None, []

        self._background.run(work, self._on_mended, self._on_not_mended)

    def _cancel_fix(self) -> None:
        self._stop.set()

    def _on_mended(self, found: tuple[Note | None, list[Checked]]) -> None:
        done, results = found
        mended, self._mended = self._mended, None
        if mended is None:
            return
        if done is not None:
            self._window.notices.show_line("health", word(done))
        if not results:
            if (card := self._view.card(mended.id)) is not None:
                card.show_outcome(word(mended.result.sentence))
            return
        self._view.replace((mended.id.partition(".")[0],), results)
        self._tell()

    def _on_not_mended(self, problem: Problem) -> None:
        mended, self._mended = self._mended, None
        card = self._view.card(mended.id) if mended is not None else None
        if card is not None:
            card.show_outcome(word(problem.note()))

    def _look_at_loaded(self) -> None:
        """How the loaded model does is known better after each reply."""
        if self.running or self.mending:
            return
        health = self._app.health
        self._background.run(
            lambda: [one for id in IDS for one in health.again(id)],
            self._on_looked,
            lambda _problem: None,
        )

    def _on_looked(self, results: list[Checked]) -> None:
        if not self.running and self._view.results:
            self._view.replace(IDS, results)
            self._tell()
