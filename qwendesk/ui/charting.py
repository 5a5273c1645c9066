"""Views with charts, made when one of them is seen for the first time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from qwendesk.api.problem import Problem
from qwendesk.ui.background import Background
from qwendesk.ui.charts.importing import import_elsewhere, importing
from qwendesk.ui.slices import Slices, Work


class Charting(QObject):
    """Imports what draws once: without Qt elsewhere, the rest in slices, and then a view's own parts."""

    def __init__(self, background: Background, slices: Slices) -> None:
        super().__init__(slices)
        self._background, self._slices = background, slices

    def make(self, owner: QObject, fill: Callable[[], Work], failed: Callable[[Problem], None]) -> None:
        """Do `fill` in slices once charts can be made, for as long as `owner` lives; else say why not."""

        def work() -> Work:
            try:
                yield from importing()
            except Problem as problem:
                failed(problem)
                return
            yield from fill()

        self._background.run(import_elsewhere, lambda _none: self._slices.begin(owner, work()), failed)
