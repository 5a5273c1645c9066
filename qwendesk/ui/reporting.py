"""The report in the window: built elsewhere, shown, and then saved where the person says."""

from __future__ import annotations

import threading
import time
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.monitor.health import ALL, Checked
from qwendesk.monitor.report.part import Part, write
from qwendesk.ui.background import Background, Task
from qwendesk.ui.dialogs.report import ReportDialog
from qwendesk.ui.window import Window
from qwendesk.words import _
from qwendesk.words.problems import Sentence, word
from qwendesk.words.report import whole

_TOPIC = "report"


class Reporting(QObject):
    """One report at a time."""

    def __init__(self, window: Window, app: App, background: Background) -> None:
        super().__init__(window)
        self._window, self._app, self._background = window, app, background
        self._dialog: ReportDialog | None = None
        self._task: Task | None = None
        self._stop = threading.Event()
        self._parts: list[Part] = []

    def show(self) -> None:
        """Build one and show it; nothing is written before the person says where."""
        if self._dialog is None:
            self._dialog = self.dialog()
            self._build()
        self._dialog.open()

    def dialog(self) -> ReportDialog:
        """Not yet filled."""
        made = ReportDialog(self._window, self._window.slices)
        made.save_requested.connect(self._ask)
        made.cancel_requested.connect(made.reject)
        made.finished.connect(lambda _result: self._on_closed())
        return made

    def _build(self) -> None:
        self._stop, self._parts = threading.Event(), []
        checks = partial(self._app.health.run, ALL, self._stop.is_set)
        self._task = self._background.stream(
            lambda: self._app.reports.parts(checks()), self._on_step, self._on_built, self._on_failed
        )

    def _on_step(self, step: Part | Checked) -> None:
        if self._dialog is None:
            return
        if isinstance(step, Part):
            self._parts.append(step)
            self._dialog.show_building(step.name)
        else:
            self._dialog.show_building(_(step.title))

    def _on_built(self) -> None:
        self._task = None
        if self._dialog is not None:
            self._dialog.show_parts(whole(self._parts))

    def _on_failed(self, problem: Problem) -> None:
        self._task = None
        if self._dialog is not None:
            self._dialog.pages.show_error(word(problem.note()), self._build)

    def _on_closed(self) -> None:
        self._stop.set()
        if self._task is not None:
            self._task.cancel()
        self._task, self._dialog, self._parts = None, None, []

    def _ask(self) -> None:
        name = time.strftime("qwendesk-report-%Y%m%d.zip")
        path, _chosen = QFileDialog.getSaveFileName(
            self._dialog, _("Save the report"), str(Path.home() / name), _("ZIP files (*.zip)")
        )
        if path:
            self.write(Path(path))

    def write(self, path: Path) -> None:
        """Write what is shown."""
        if self._dialog is None:
            return
        target = path if path.suffix else path.with_name(f"{path.name}.zip")
        work = partial(write, target, tuple(self._dialog.parts))
        self._dialog.save.setEnabled(False)
        self._background.run(work, lambda _none: self._on_written(target), self._on_not_written)

    def _on_written(self, path: Path) -> None:
        if self._dialog is not None:
            self._dialog.accept()
        self._window.notices.show_line(_TOPIC, Sentence(_("The report is in {path}.").format(path=path)))

    def _on_not_written(self, problem: Problem) -> None:
        if self._dialog is not None:
            self._dialog.save.setEnabled(True)
            self._dialog.show_problem(word(problem.note()))
