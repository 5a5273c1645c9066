"""Formulas of all conversations: drawn once each on a background thread, kept while they are wanted."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from threading import Semaphore

from PySide6.QtCore import QCoreApplication, QObject
from shiboken6 import isValid

from qwendesk.api.problem import Problem
from qwendesk.ui.background import Background
from qwendesk.ui.chat.latex import Formula
from qwendesk.ui.chat.typeset import Drawing, typeset

MOST_KEPT = 24_000_000
"""Bytes of drawings."""


class Formulas(QObject):
    """Ask with `drawing`; what is not known yet is waited for with `when`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._known: OrderedDict[Formula, Drawing | None] = OrderedDict()
        self._kept = 0
        self._asked: deque[Formula] = deque()
        self._on_their_way: set[Formula] = set()
        self._waiting: dict[QObject, tuple[set[Formula], Callable[[], None]]] = {}
        self._running = False
        self._taken = Semaphore(0)

    def knows(self, formula: Formula) -> bool:
        """Whether it was tried, with success or without."""
        return formula in self._known

    def drawing(self, formula: Formula) -> Drawing | None:
        """None if it cannot be drawn, or was not tried yet."""
        if formula in self._known:
            self._known.move_to_end(formula)
        return self._known.get(formula)

    def when(self, owner: QObject, missing: Iterable[Formula], ready: Callable[[], None]) -> None:
        """Have these drawn, then call `ready` here, if the owner still lives. Its last wish counts."""
        wanted = {one for one in missing if one not in self._known}
        self._waiting[owner] = (wanted, ready)
        fresh = wanted - self._on_their_way
        self._on_their_way |= fresh
        self._asked.extend(fresh)
        if not wanted:
            self._waiting.pop(owner)[1]()
        elif not self._running:
            self._start()

    def close(self) -> None:
        """The application ends: nothing arrives any more."""
        self._asked.clear()
        self._background.close()
        self._taken.release()

    def _start(self) -> None:
        self._running = True
        self._background.stream(self._work, self._arrive, self._rest, self._failed)

    def _work(self) -> Iterator[tuple[Formula, Drawing | None]]:
        """On the thread: what was asked for last is what is being looked at.

        The next one waits until the window has taken the last: a window that is busy has the interpreter
        to itself, and need not ask for it back hundreds of times a frame.
        """
        while self._asked:
            formula = self._asked.pop()
            yield formula, typeset(formula)
            self._taken.acquire()

    def _arrive(self, found: tuple[Formula, Drawing | None]) -> None:
        try:
            self._keep(*found)
            self._forget_the_gone()
            self._serve(found[0])
        finally:
            self._taken.release()

    def _keep(self, formula: Formula, drawing: Drawing | None) -> None:
        self._on_their_way.discard(formula)
        self._known[formula] = drawing
        self._kept += _size(drawing)
        while self._kept > MOST_KEPT:
            self._kept -= _size(self._known.popitem(last=False)[1])

    def _forget_the_gone(self) -> None:
        """What was scrolled away or left is not drawn for nobody. The thread waits meanwhile."""
        gone = [owner for owner in self._waiting if not isValid(owner)]
        for owner in gone:
            del self._waiting[owner]
        if gone:
            wanted = set[Formula]().union(*(wanted for wanted, _ready in self._waiting.values()))
            self._asked = deque(one for one in self._asked if one in wanted)
            self._on_their_way &= wanted

    def _serve(self, formula: Formula) -> None:
        served = []
        for owner, (wanted, _ready) in self._waiting.items():
            wanted.discard(formula)
            if not wanted:
                served.append(owner)
        for owner in served:
            _wanted, ready = self._waiting.pop(owner, (set(), _nothing))
            if isValid(owner):
                ready()

    def _rest(self) -> None:
        self._running = False
        if self._asked:
            self._start()

    def _failed(self, problem: Problem) -> None:
        """Our own mistake, which is in the log: the formulas stay source."""
        self._asked.clear()
        self._on_their_way.clear()
        self._waiting.clear()
        self._rest()


def _nothing() -> None:
    pass


def _size(drawing: Drawing | None) -> int:
    return 200 + (len(drawing.svg) if drawing else 0)


@cache
def formulas() -> Formulas:
    """Those of this application."""
    application = QCoreApplication.instance()
    made = Formulas(application)
    if application is not None:
        application.aboutToQuit.connect(made.close)
    return made
