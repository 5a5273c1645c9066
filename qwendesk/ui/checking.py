"""Health checks on demand: run in the background, shown as they come."""

from __future__ import annotations

from PySide6.QtCore import QObject

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.ui.background import Background, Task
from qwendesk.ui.docks.health import HealthView
from qwendesk.ui.window import Window
from qwendesk.words.problems import word


class Checking(QObject):
    """One run at a time."""

    def __init__(self, window: Window, app: App, background: Background, view: HealthView) -> None:
        super().__init__(window)
        self._window, self._app, self._background, self._view = window, app, background, view
        self._task: Task | None = None
        view.run_requested.connect(self.run)
        view.cancel_requested.connect(self.cancel)

    @property
    def running(self) -> bool:
        return self._task is not None

    def run(self) -> None:
        """Run every check; a run that goes on is left alone."""
        if self._task is not None:
            return
        self._view.begin()
        self._task = self._background.stream(
            self._app.health.run, self._view.add, self._on_done, self._on_failed
        )

    def show_and_run(self) -> None:
        self._window.docks["health"].focus_body()
        self.run()

    def cancel(self) -> None:
        """Stop after the check that runs now; its answer is not shown."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._view.end(cancelled=True)

    def _on_done(self) -> None:
        self._task = None
        self._window.status.show_health(self._view.end())

    def _on_failed(self, problem: Problem) -> None:
        self._task = None
        self._view.show_error(word(problem.note()))
