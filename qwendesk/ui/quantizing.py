"""Quantizing in the window: sizes are planned elsewhere, types are made one after the other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from qwendesk.api.jobs import JobProgress
from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.lab.quantized import Plan, Quantized, Wish
from qwendesk.models.model import Model
from qwendesk.models.verifying import Stopped
from qwendesk.ui.background import Background, Task
from qwendesk.ui.dialogs.quantize import Chosen, QuantizeDialog
from qwendesk.ui.window import Window
from qwendesk.words import _, figures
from qwendesk.words.problems import Sentence, word

TYPES = (
    "Q8_0", "Q6_K", "Q5_K_M", "Q5_K_S", "Q4_K_M", "Q4_K_S", "IQ4_XS", "Q3_K_L", "Q3_K_M", "IQ3_M", "Q3_K_S",
    "Q2_K", "IQ2_M", "IQ2_XXS",
)  # fmt: skip
"""What is offered, by falling size; the command line has all of them."""
_TOPIC, _EVERY_MS = "quantize", 100
_WHOLE = ("F32", "BF16", "F16")


class Quantizing(QObject):
    """What is under way goes on while the dialog is closed; its end is told in a line of the window then."""

    def __init__(self, window: Window, app: App, background: Background) -> None:
        super().__init__(window)
        self._window, self._app, self._background = window, app, background
        self._dialog: QuantizeDialog | None = None
        self._stop: threading.Event | None = None
        self._planning: threading.Event = threading.Event()
        self._asking: Task | None = None
        self._far = ("", JobProgress(None))
        self._made: list[Quantized] = []
        self._failed: list[Problem] = []
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._show_far)

    @property
    def running(self) -> bool:
        return self._stop is not None

    def show(self, base: str = "") -> None:
        """Open the dialog; `base` is the model that one looks at."""
        shown = self._dialog or self.dialog(base)
        shown.show()
        shown.raise_()
        shown.activateWindow()

    def dialog(self, base: str = "") -> QuantizeDialog:
        """The dialog, not yet shown; sources and sizes come in a moment."""
        made = self._dialog = QuantizeDialog(TYPES, self._window)
        made.sizes_requested.connect(self._plan)
        made.start_requested.connect(self._on_start)
        made.cancel_requested.connect(self.stop)
        made.finished.connect(lambda _how: self._forget())
        made.show_running(self.running)
        self._background.run(self._sources, partial(self._on_sources, base), self._on_unplanned)
        return made

    def stop(self) -> None:
        """Stop what is under way; what is made by then stays."""
        if self._stop is not None:
            self._stop.set()

    def close(self) -> None:
        """The window goes."""
        self._planning.set()
        self.stop()

    def _forget(self) -> None:
        self._dialog = None
        self._planning.set()

    def _sources(self) -> list[Model]:
        """GGUF files, those that lost nothing first."""
        found = [one for one in self._app.library.models() if one.format == "gguf"]
        return sorted(found, key=lambda one: one.quantization not in _WHOLE)

    def _on_sources(self, base: str, found: list[Model]) -> None:
        if self._dialog is not None:
            self._dialog.show_sources(found, base)

    def _plan(self, chosen: Chosen) -> None:
        """The size of each type; what was planned before is of no use any more."""
        self._planning.set()
        if self._asking is not None:
            self._asking.cancel()
        self._planning = threading.Event()
        plans = partial(self._plans, chosen, self._planning)
        self._asking = self._background.stream(plans, self._on_plan, lambda: None, self._on_unplanned)

    def _plans(self, chosen: Chosen, stop: threading.Event) -> Iterator[Plan | Problem]:
        for type in TYPES:
            try:
                yield self._app.lab.quantizing.plan(_wish(chosen, type), stop.is_set)
            except Stopped:
                return
            except Problem as problem:
                # The next type would meet the same.
                yield problem
                return

    def _on_plan(self, found: Plan | Problem) -> None:
        if isinstance(found, Problem):
            self._on_unplanned(found)
        elif self._dialog is not None:
            self._dialog.show_plan(found)

    def _on_unplanned(self, problem: Problem) -> None:
        if self._dialog is not None:
            self._dialog.tell(word(problem.note()), bad=True)

    def _on_start(self, chosen: Chosen) -> None:
        if self.running:
            return
        self._planning.set()
        self._stop, self._made, self._failed = threading.Event(), [], []
        self._window.notices.dismiss(_TOPIC)
        if self._dialog is not None:
            self._dialog.show_running(True)
        self._far = (chosen.types[0], JobProgress(None))
        self._show_far()
        self._timer.start()
        work = partial(self._making, chosen, self._stop)
        self._background.stream(work, self._on_step, self._on_done, self._on_failed)

    def _making(self, chosen: Chosen, stop: threading.Event) -> Iterator[Quantized | Problem]:
        """One type after the other; one that fails costs no other."""
        for type in chosen.types:
            self._far = (type, JobProgress(None))
            try:
                plan = self._app.lab.quantizing.plan(_wish(chosen, type), stop.is_set)
                yield self._app.lab.quantizing.quantize(plan, partial(self._on_progress, type), stop.is_set)
            except Problem as problem:
                yield problem
            except Stopped:
                return

    def _on_progress(self, type: str, progress: JobProgress) -> None:
        """Told elsewhere; the timer looks at it."""
        self._far = (type, progress)

    def _show_far(self) -> None:
        type, progress = self._far
        share = progress.fraction
        if share is None and progress.total:
            share = progress.done / progress.total
        if self._dialog is not None:
            self._dialog.show_progress(type, progress.stage, share)

    def _on_step(self, step: Quantized | Problem) -> None:
        if isinstance(step, Problem):
            self._failed.append(step)
        else:
            self._made.append(step)

    def _on_done(self) -> None:
        stopped = self._stop is not None and self._stop.is_set()
        self._stop = None
        self._end(_ended(self._made, self._failed, stopped=stopped), bad=bool(self._failed))

    def _on_failed(self, problem: Problem) -> None:
        self._stop = None
        self._end(word(problem.note()), bad=True)

    def _end(self, sentence: Sentence, *, bad: bool) -> None:
        """In the dialog, or in a line of the window where that is closed."""
        self._timer.stop()
        if self._dialog is not None:
            self._dialog.show_running(False)
            self._dialog.tell(sentence, bad=bad)
        else:
            self._window.notices.show_line(_TOPIC, sentence)


def _wish(chosen: Chosen, type: str) -> Wish:
    return Wish(chosen.source, type, imatrix=Path(chosen.imatrix) if chosen.imatrix else None)


def _ended(made: list[Quantized], failed: list[Problem], *, stopped: bool) -> Sentence:
    """What is there now, and what is not."""
    told = [
        _("{name} is in the library: {size}.").format(
            name=one.name or one.path.name, size=figures.size(one.size)
        )
        for one in made
    ]
    told += [str(word(one.note())) for one in failed]
    if stopped:
        told.append(_("Stopped; nothing of a half file stays."))
    return Sentence(" ".join(told) or _("Nothing was made."))
