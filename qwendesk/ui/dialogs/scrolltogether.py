"""Views that scroll as one: when one is moved, the others go to the same share of their height."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar


class ScrollTogether(QObject):
    """While `on`, the last view that was moved leads."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.on = True
        self._bars: list[QScrollBar] = []
        self._leading = False

    def add(self, view: QAbstractScrollArea) -> None:
        bar = view.verticalScrollBar()
        self._bars.append(bar)
        bar.valueChanged.connect(partial(self._on_moved, bar))

    def remove(self, view: QAbstractScrollArea) -> None:
        """It neither leads nor follows any more; call it before the view goes."""
        self._bars.remove(view.verticalScrollBar())

    def _on_moved(self, leader: QScrollBar, value: int) -> None:
        if not self.on or self._leading or leader not in self._bars or not leader.maximum():
            return
        self._leading = True
        for bar in self._bars:
            if bar is not leader:
                bar.setValue(round(value / leader.maximum() * bar.maximum()))
        self._leading = False
