"""The tokens of a reply as thin bars, each as high as it took long; slow ones stand out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qwendesk.monitor.strip import Latencies
from qwendesk.ui.charts.hover import Hover
from qwendesk.ui.theme.style import colours
from qwendesk.words import _
from qwendesk.words.live import between

_PITCH, _BAR = 3, 2
_LEAST = 20


class TokenStrip(QWidget):
    """As many of the newest tokens as fit. Left and Right go from one to the next."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = Latencies()
        self._all = Latencies()
        self._at: int | None = None
        self.setAccessibleName(_("Time of each token"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._hover = Hover(self)

    @property
    def hovered(self) -> str:
        """What is said of the token that one points at."""
        return self._hover.text

    def show_latencies(self, latencies: Latencies) -> None:
        if latencies != self._all:
            self._all = latencies
            self._fit()

    def _fit(self) -> None:
        self.shown = self._all.newest(max(self.width() // _PITCH, 1))
        self.setAccessibleDescription(between(self._all))
        self._point()
        self.update()

    def _bar(self, place: int) -> QRectF:
        """The slowest reaches the top, unless all are fast: then twice their median does."""
        scale = max(*self.shown.gaps, 2 * (self._all.median or 0.0), 1e-6)
        height = max(self.height() * min(self.shown.gaps[place] / scale, 1.0), 1.0)
        return QRectF(place * _PITCH, self.height() - height, _BAR, height)

    def _point(self) -> None:
        if self._at is None or not self.shown.gaps:
            self._hover.hide()
            return
        place = min(max(self._at, 0), len(self.shown.gaps) - 1)
        told = between(self._all, self.shown.first + place, self.shown.gaps[place])
        bar = self._bar(place)
        self._hover.point(told, (bar.center(),), QRectF(self.rect()))

    def sizeHint(self) -> QSize:
        return QSize(160, 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, _LEAST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hover.setGeometry(self.rect())
        self._at = None
        self._fit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._at = int(event.position().x()) // _PITCH
        self._point()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._at = None
        self._point()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        last = len(self.shown.gaps) - 1
        if event.key() in steps and last >= 0:
            before = last + 1 if self._at is None else min(self._at, last)
            self._at = min(max(before + steps[Qt.Key(event.key())], 0), last)
            self._point()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._at = None
        self._point()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        now, limit = colours(), self._all.limit
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(now.line))
        for place, gap in enumerate(self.shown.gaps):
            painter.fillRect(self._bar(place), QColor(now.warn if gap > limit else now.accent))
        if self.hasFocus():
            painter.setPen(QColor(now.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
