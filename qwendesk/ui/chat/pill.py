"""The model in use, as a pill: the state's shape and colour, its name, what runs it, a way to switch."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from qwendesk.ui.chat.look import font, rounded
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import ROOMY, SPACE, WIDE
from qwendesk.words import _

ModelState = Literal["none", "loading", "ready", "busy", "dead"]
_HEIGHT = 30
_DOT = 5
_ARROW = 20


def state_word(state: ModelState) -> str:
    return {
        "none": _("not loaded"),
        "loading": _("loading"),
        "ready": _("ready"),
        "busy": _("answering"),
        "dead": _("stopped working"),
    }[state]


class ModelPill(QAbstractButton):
    """Painted, so that its two weights of text fit into one button."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.show_model("", "", "none", "")

    def show_model(self, name: str, detail: str, state: ModelState, tooltip: str) -> None:
        self._name, self._detail, self._state = name or _("No model"), detail, state
        word = state_word(state)
        self.setAccessibleName(_("Model {name}, {state}").format(name=self._name, state=word))
        self.setAccessibleDescription(detail)
        self.setToolTip("\n".join(one for one in (f"{self._name}: {word}", tooltip) if one))
        self.updateGeometry()
        self.update()

    def _widths(self) -> tuple[int, int]:
        name = QFontMetrics(font(semibold=True)).horizontalAdvance(self._name)
        return name, QFontMetrics(font()).horizontalAdvance(self._detail)

    def sizeHint(self) -> QSize:
        name, detail = self._widths()
        gap = SPACE if detail else 0
        return QSize(WIDE + 2 * _DOT + SPACE + name + gap + detail + _ARROW + ROOMY, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(200, self.sizeHint().width()), _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours()
        edge = theme.accent if self.hasFocus() else theme.border_strong if self.underMouse() else theme.line
        painter = rounded(self, theme.raised, edge, _HEIGHT // 2)
        self._paint_state(painter)
        left = WIDE + 2 * _DOT + SPACE - 2
        right = self.width() - _ARROW - ROOMY // 2
        left = self._write(painter, self._name, left, right, semibold=True) + SPACE
        self._write(painter, self._detail, left, right, semibold=False)
        x, y = self.width() - WIDE - 2, _HEIGHT / 2
        painter.setPen(QPen(QColor(theme.dim), 1.5, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline([QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)])

    def _write(self, painter: QPainter, words: str, left: int, right: int, *, semibold: bool) -> int:
        painter.setFont(font(semibold=semibold))
        painter.setPen(QColor(colours().text if semibold else colours().dim))
        metrics = QFontMetrics(painter.font())
        cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0, right - left))
        painter.drawText(QRect(left, 0, right - left, _HEIGHT), Qt.AlignmentFlag.AlignVCenter, cut)
        return left + metrics.horizontalAdvance(cut)

    def _paint_state(self, painter: QPainter) -> None:
        """Ready and busy are full, busy with a ring; loading is half; none is hollow; dead is a cross."""
        theme = colours()
        tone = {"none": theme.faint, "loading": theme.warn, "ready": theme.good, "busy": theme.accent}
        colour = QColor(tone.get(self._state, theme.bad))
        middle = QPointF(WIDE + 2, _HEIGHT / 2)
        painter.setPen(QPen(colour, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._state == "dead":
            painter.drawLine(middle + QPointF(-4, -4), middle + QPointF(4, 4))
            painter.drawLine(middle + QPointF(-4, 4), middle + QPointF(4, -4))
            return
        painter.drawEllipse(middle, _DOT - 0.5, _DOT - 0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        box = QRect(int(middle.x()) - _DOT, int(middle.y()) - _DOT, 2 * _DOT, 2 * _DOT)
        if self._state == "loading":
            painter.drawPie(box, 90 * 16, 180 * 16)
        elif self._state == "ready":
            painter.drawEllipse(middle, _DOT, _DOT)
        elif self._state == "busy":
            painter.drawEllipse(middle, 2.4, 2.4)
