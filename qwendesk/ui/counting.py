"""How many tokens texts have for the loaded model: counted one after the other, anew for another model."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from qwendesk.api.problem import Problem
from qwendesk.ui.background import Background, Task
from qwendesk.ui.conversing import Conversing


class Counting(QObject):
    """`counted` with the id of a text; `began_anew` when another model is ready, or none any more."""

    counted = Signal(int)
    began_anew = Signal()

    def __init__(self, background: Background, conversing: Conversing, parent: QObject) -> None:
        super().__init__(parent)
        self._background, self._conversing = background, conversing
        self._texts: dict[int, str] = {}
        self._counts: dict[int, int] = {}
        self._session: object = None
        self._now: tuple[int, Task] | None = None
        conversing.changed.connect(self._on_changed)
        self._on_changed()

    @property
    def can_count(self) -> bool:
        """Whether a model is ready."""
        return self._session is not None

    def add(self, id: int, text: str) -> None:
        self._texts[id] = text
        self._count_next()

    def drop(self, id: int) -> None:
        self._texts.pop(id, None)
        self._counts.pop(id, None)
        if self._now is not None and self._now[0] == id:
            self._stop()
            self._count_next()

    def of(self, id: int) -> int | None:
        """The tokens, once they are counted."""
        return self._counts.get(id)

    def _stop(self) -> None:
        if self._now is not None:
            self._now[1].cancel()
            self._now = None

    def _on_changed(self) -> None:
        session, report = self._conversing.session, self._conversing.report
        ready = session is not None and report is not None and not session.state.over
        now = session.id if session is not None and ready else None
        if now == self._session:
            return
        self._session = now
        self._counts.clear()
        self._stop()
        self.began_anew.emit()
        self._count_next()

    def _count_next(self) -> None:
        session = self._conversing.session
        if self._session is None or session is None or self._now is not None:
            return
        id = next((id for id in self._texts if id not in self._counts), None)
        if id is not None:
            # Packing a long text for the worker takes longer than a frame, so that is done elsewhere, too.
            count = partial(session.count_tokens, self._texts[id])
            task = self._background.run(count, partial(self._on_counted, id), self._on_uncounted)
            self._now = id, task

    def _on_counted(self, id: int, count: int) -> None:
        self._now = None
        self._counts[id] = count
        self.counted.emit(id)
        self._count_next()

    def _on_uncounted(self, problem: Problem) -> None:
        """The worker is going; the next one counts again."""
        self._now = None
