"""A chart of spots: the mouse and the arrow keys go from one to the next, and each says what it is worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from qwendesk.ui.charts.hover import Hover
from qwendesk.ui.theme.style import colours, theme, tick_font

_NEAR = 28
_FAR = 10_000
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -_FAR, Qt.Key.Key_End: _FAR}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in pixels, and what is said of it."""

    at: QPointF
    told: str


class SpotChart(QWidget):
    """Draws itself in `draw`, and says in `spots` where one can point, from left to right."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.spots: Sequence[Spot] = ()
        self._at: int | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._hover = Hover(self)
        theme.changed.connect(self.update)

    @property
    def hovered(self) -> str:
        """What is said of the spot that one points at."""
        return self._hover.text

    @property
    def area(self) -> QRectF:
        """Where spots are, in pixels."""
        return QRectF(self.rect())

    def place(self) -> list[Spot]:
        """Where the spots are in the present size."""
        raise NotImplementedError

    def draw(self, painter: QPainter) -> None:
        """Paint all but the focus."""
        raise NotImplementedError

    def refresh(self) -> None:
        """There is something else to show, or another size for it."""
        self.spots = sorted(self.place(), key=lambda one: one.at.x())
        self.setAccessibleDescription(". ".join(one.told for one in self.spots))
        self._leave()
        self.update()

    def small_font(self) -> QFont:
        """That of ticks and labels."""
        return tick_font(self.font())

    def _point(self, at: int | None) -> None:
        self._at = at
        if at is None:
            self._hover.hide()
        else:
            self._hover.point(self.spots[at].told, (self.spots[at].at,), self.area)

    def _leave(self) -> None:
        self._point(None)

    def sizeHint(self) -> QSize:
        return QSize(320, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 90)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hover.setGeometry(self.rect())
        self.refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = event.position()
        far = [math.hypot(one.at.x() - here.x(), one.at.y() - here.y()) for one in self.spots]
        nearest = min(range(len(far)), key=far.__getitem__, default=None)
        self._point(nearest if nearest is not None and far[nearest] <= _NEAR else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEPS and self.spots:
            step = _STEPS[Qt.Key(event.key())]
            at = (-1 if step > 0 else len(self.spots)) if self._at is None else self._at
            self._point(min(max(at + step, 0), len(self.spots) - 1))
        elif event.key() == Qt.Key.Key_Escape and self._at is not None:
            self._leave()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._leave()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # so do numbers
        painter.setFont(self.small_font())
        self.draw(painter)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(colours().accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
