"""A thin bar below a figure in a table: its share of the largest in the column."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from qwendesk.ui.theme.style import colours

SHARE = int(Qt.ItemDataRole.UserRole) + 1
"""The role of the share, from 0 to 1; None for no bar."""
_HEIGHT, _INSET, _BELOW = 3, 8, 4


class Bars(QStyledItemDelegate):
    """The figure as usual, its bar at the lower edge."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        share = index.data(SHARE)
        if share is None:
            return
        area = QRectF(option.rect)
        track = QRectF(
            area.left() + _INSET, area.bottom() - _BELOW - _HEIGHT + 1, area.width() - 2 * _INSET, _HEIGHT
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for part, colour in ((1.0, colours().line), (min(max(share, 0.0), 1.0), colours().accent)):
            bar = QRectF(track)
            bar.setWidth(track.width() * part)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(bar, _HEIGHT / 2, _HEIGHT / 2)
        painter.restore()
