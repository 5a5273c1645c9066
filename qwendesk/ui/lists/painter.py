"""How a row is drawn, and which of its buttons lies under the mouse."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from qwendesk.ui.lists.cell import SHAPES, Cell, Deed, Mark
from qwendesk.ui.lists.rows import CELL, Index
from qwendesk.ui.theme.style import colours, tabular
from qwendesk.ui.theme.tokens import FIELD_RADIUS, ROOMY, SMALL, SPACE, WIDE

LINE, BAR, PAD, BUTTON = 20, 12, 7, 26
_MORE = Deed("more", "⋯")
_CRAMPED = 420
"""A row narrower than this has one button: where there is more to do, that of the menu."""
_FLAT = 560
"""A row with a bar that is wider than this has its state beside the title instead of below the bar."""


class Painter(QStyledItemDelegate):
    """Rows of one height: a title, `lines` lines below it, and a bar if `bar`."""

    def __init__(self, parent: QObject, lines: int, *, bar: bool = False) -> None:
        super().__init__(parent)
        self._lines, self._bar = lines, bar
        self.flat = False
        self.hovered: tuple[int, str] | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        lines = 1 if self.flat else 1 + self._lines
        return QSize(120, 2 * PAD + LINE * lines + (BAR if self._bar else 0))

    def fit_to(self, width: int) -> bool:
        """The view has another width; whether rows have another height now."""
        before, self.flat = self.flat, self._bar and width >= _FLAT
        return before != self.flat

    def deed_at(self, area: QRect, cell: Cell, point: QPoint) -> Deed | None:
        """The button of a row under a point."""
        return next((deed for deed, place in self.buttons(area, cell) if place.contains(point)), None)

    def buttons(self, area: QRect, cell: Cell) -> Iterator[tuple[Deed, QRect]]:
        """The buttons of a row with their places, from the right."""
        shown = [one for one in cell.deeds if one.shown]
        if area.width() < _CRAMPED and len(shown) > 1:
            shown = [_MORE]
        right, metrics = area.right() - SPACE, QFontMetrics(_small(self._font()))
        for deed in reversed(shown):
            width = max(metrics.horizontalAdvance(deed.title) + 2 * ROOMY, BUTTON)
            yield deed, QRect(right - width, area.center().y() - BUTTON // 2, width, BUTTON)
            right -= width + SPACE - 2

    def _font(self) -> QFont:
        view = self.parent()
        return tabular(view.font()) if isinstance(view, QWidget) else QFont()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: Cell = index.data(CELL)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font())
        self._ground(painter, option)
        inside = option.rect.adjusted(ROOMY, PAD, -ROOMY, -PAD)
        for deed, place in self.buttons(option.rect, cell):
            self._button(painter, deed, place, (index.row(), deed.id) == self.hovered)
            inside.setRight(place.left() - ROOMY)
        self._words(painter, inside, cell)
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        tones = colours()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if not selected and not option.state & QStyle.StateFlag.State_MouseOver:
            return
        focused = selected and option.state & QStyle.StateFlag.State_HasFocus
        painter.setPen(QColor(tones.accent) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tones.soft if selected else tones.raised))
        painter.drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), FIELD_RADIUS, FIELD_RADIUS)

    def _button(self, painter: QPainter, deed: Deed, place: QRect, hovered: bool) -> None:
        tones = colours()
        edge = tones.accent if hovered else tones.button if deed.primary else tones.border_strong
        painter.setPen(QColor(edge))
        painter.setBrush(QColor(tones.button if deed.primary else tones.raised))
        painter.drawRoundedRect(place, FIELD_RADIUS, FIELD_RADIUS)
        painter.save()
        painter.setFont(_small(painter.font()))
        painter.setPen(QColor(tones.on_button if deed.primary else tones.text))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, deed.title)
        painter.restore()

    def _words(self, painter: QPainter, inside: QRect, cell: Cell) -> None:
        tones = colours()
        # Without its bar a flat row would hang at the upper edge, beside buttons that stand in the middle.
        down = BAR // 2 if self.flat and cell.progress is None else 0
        line = QRect(inside.left(), inside.top() + down, inside.width(), LINE)
        right = _put(painter, line, cell.right, tones.dim, Qt.AlignmentFlag.AlignRight)
        title = line.adjusted(0, 0, -right - (SPACE if right else 0), 0)
        used = _put(painter, title, cell.title, tones.text, mode=Qt.TextElideMode.ElideMiddle)
        if self.flat:
            painter.save()
            painter.setFont(_small(painter.font()))
            _put_mark(painter, title.adjusted(used + WIDE, 0, 0, 0), cell.mark)
            painter.restore()
        line.translate(0, LINE)
        if self._bar:
            if cell.progress is not None:
                _draw_bar(painter, line, cell)
            line.translate(0, BAR)
        if self.flat:
            return
        painter.setFont(_small(painter.font()))
        if cell.detail:
            _put(painter, line, cell.detail, tones.dim)
            line.translate(0, LINE)
        _put_mark(painter, line, cell.mark)


def _put_mark(painter: QPainter, line: QRect, mark: Mark | None) -> None:
    """Shape and word in the state's colour, then the reason."""
    if mark is None:
        return
    tones = colours()
    colour = getattr(tones, mark.state) if mark.state else tones.dim
    used = _put(painter, line, f"{SHAPES[mark.state]} {mark.word}", colour)
    _put(painter, line.adjusted(used + SPACE, 0, 0, 0), mark.reason, tones.dim)


def _put(
    painter: QPainter,
    area: QRect,
    text: str,
    colour: str,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> int:
    """Draw a line of text, cut to its area; returns the width that it took."""
    if not text or area.width() <= 0:
        return 0
    shown = painter.fontMetrics().elidedText(text, mode, area.width())
    painter.setPen(QColor(colour))
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, shown)
    return painter.fontMetrics().horizontalAdvance(shown)


def _draw_bar(painter: QPainter, line: QRect, cell: Cell) -> None:
    tones = colours()
    state = cell.mark.state if cell.mark is not None else ""
    ground = QRect(line.left(), line.top() + 2, line.width(), 6)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tones.line))
    painter.drawRoundedRect(ground, 3, 3)
    if cell.progress:
        painter.setBrush(QColor(getattr(tones, state) if state else tones.accent))
        done = QRect(ground.left(), ground.top(), max(6, round(ground.width() * cell.progress)), 6)
        painter.drawRoundedRect(done, 3, 3)


def _small(font: QFont) -> QFont:
    made = QFont(font)
    made.setPixelSize(SMALL)
    return made
