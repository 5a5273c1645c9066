"""Batches in the window: one at a time, on a thread of its own, whether or not its dialog is open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.chat.batch.progress import Progress
from qwendesk.models.memory.fit import Fit
from qwendesk.models.model import Model
from qwendesk.ui.background import Background
from qwendesk.ui.dialogs.batch import BatchDialog, Wish
from qwendesk.ui.dialogs.memory import memory_dialog
from qwendesk.ui.window import Window
from qwendesk.words import batch as words
from qwendesk.words.problems import Sentence, word

_TOPIC = "batch"
_IN_THE_WAY = ("batch_out_exists", "batch_other_input", "batch_input_changed")


class Batching(QObject):
    """What runs goes on while the dialog is closed; its end is told in a line of the window then."""

    def __init__(
        self,
        window: Window,
        app: App,
        background: Background,
        models: Callable[[], tuple[Sequence[Model], Model | None]],
    ) -> None:
        """`models` are those that can be loaded now, and the one that is chosen in the window."""
        super().__init__(window)
        self._window, self._app, self._background, self._models = window, app, background, models
        self._dialog: BatchDialog | None = None
        self._wish: Wish | None = None
        self._stop: threading.Event | None = None
        self._now: Progress | None = None

    @property
    def running(self) -> bool:
        return self._stop is not None

    def show(self) -> None:
        """Open the dialog beside the window: both can be used."""
        shown = self._dialog or self.dialog()
        shown.show()
        shown.raise_()
        shown.activateWindow()

    def dialog(self) -> BatchDialog:
        """The dialog, not yet shown, with the batch that runs or the last one's files."""
        made = BatchDialog(self._window)
        made.show_models(*self._models())
        if self._wish is not None:
            made.show_wish(self._wish)
        made.show_running(self.running)
        if self.running and self._now is not None:
            made.show_progress(self._now)
        made.start_requested.connect(self._on_start)
        made.cancel_requested.connect(self.stop)
        made.finished.connect(lambda _how: self._forget(made))
        self._dialog = made
        return made

    def _forget(self, dialog: BatchDialog) -> None:
        if self._dialog is dialog:
            self._dialog = None

    def stop(self) -> None:
        """Stop what runs; it can be gone on with."""
        if self._stop is not None:
            self._stop.set()

    def close(self) -> None:
        """The window goes."""
        self.stop()

    def _on_start(self, wish: Wish) -> None:
        if self.running:
            return
        self._window.notices.dismiss(_TOPIC)
        self._wish, self._now, self._stop = wish, None, threading.Event()
        self._tell(lambda shown: shown.show_running(True))
        self._tell(lambda shown: shown.show_progress(Progress("counting")))
        self._background.run(partial(self._fit, wish.model), self._decide, lambda _problem: self._run({}))

    def _fit(self, model: Model) -> Fit:
        return self._app.forecast.fit(model, self._app.runtimes.choose(model, None).id, {})

    def _decide(self, fit: Fit) -> None:
        """Nothing is loaded that does not fit, unless the user wants that."""
        if fit.verdict != "too_big" or self._wish is None:
            self._run({})
            return
        asked = memory_dialog(self._wish.model, fit, self._run, self._dialog or self._window)
        asked.rejected.connect(lambda: self._on_failed(Problem("batch_stopped_early")))
        asked.open()

    def _run(self, options: Mapping[str, Any]) -> None:
        wish, stop = self._wish, self._stop
        assert wish is not None
        assert stop is not None
        self._background.stream(
            partial(self._rows, wish, options, stop),
            self._on_progress,
            partial(self._on_done, Path(wish.target)),
            self._on_failed,
        )

    def _rows(self, wish: Wish, options: Mapping[str, Any], stop: threading.Event) -> Iterator[Progress]:
        """Elsewhere, with all that has to be imported for it."""
        from qwendesk.chat.batch.batch import Batch, Job
        from qwendesk.chat.batch.row import Terms

        terms = Terms(wish.model, {}, wish.thinking, wish.system, wish.text)
        job = Job(Path(wish.source), Path(wish.target), terms, None, options, wish.restart)
        return Batch(self._app.runtimes, job, lambda note: str(word(note))).run(stop)

    def _on_progress(self, now: Progress) -> None:
        self._now = now
        self._tell(lambda shown: shown.show_progress(now))

    def _on_done(self, target: Path) -> None:
        now, self._stop = self._now, None
        assert now is not None
        self._tell(lambda shown: shown.show_end(now, target), words.ended(now, target))

    def _on_failed(self, problem: Problem) -> None:
        self._stop = None
        sentence = word(problem.note())
        self._tell(lambda shown: shown.show_problem(sentence, problem.id in _IN_THE_WAY), sentence)

    def _tell(self, tell: Callable[[BatchDialog], None], otherwise: Sentence | None = None) -> None:
        """In the dialog, or in a line of the window where that is closed."""
        if self._dialog is not None:
            tell(self._dialog)
        elif otherwise is not None:
            self._window.notices.show_line(_TOPIC, otherwise)
