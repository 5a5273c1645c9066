"""The ledger as a table: when, where, why, how much, and what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtGui import QColor, QResizeEvent

from qwendesk.system.exchange import Exchange
from qwendesk.ui.lists.rows import Index
from qwendesk.ui.lists.table import Table
from qwendesk.ui.theme.style import colours
from qwendesk.words import _, figures, requests

_FIGURES = (3, 4)
_STRETCHED, _SENT = 2, 3
_WIDTHS = {0: 92, 1: 140, 3: 72, 4: 84, 5: 116}
_NARROW = 660
"""Below this the reason would have no room beside what was sent."""


def _columns() -> tuple[tuple[str, str], ...]:
    """Titles with their meaning."""
    return (
        (_("Time"), _("When the request began.")),
        (_("Host"), _("The computer that was asked.")),
        (_("Why"), _("What you did that needed the request, and what was asked for.")),
        (_("Sent"), _("Bytes of head and body, without what encryption and the network add.")),
        (_("Received"), _("Bytes of head and body, without what encryption and the network add.")),
        (_("Result"), _("What became of it.")),
    )


class LedgerModel(QAbstractTableModel):
    """The newest request on top."""

    def __init__(self) -> None:
        super().__init__()
        self.exchanges: list[Exchange] = []
        self._titles = _columns()

    def show(self, exchanges: list[Exchange]) -> None:
        self.beginResetModel()
        self.exchanges = exchanges
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.exchanges)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._titles)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section][0]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._titles[section][1]
        return _side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        exchange = self.exchanges[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return _text(exchange, index.column())
            case Qt.ItemDataRole.TextAlignmentRole:
                return _side(index.column())
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(_colour(exchange, index.column()))
        return None


def _text(exchange: Exchange, column: int) -> str:
    words: tuple[Callable[[], str], ...] = (
        lambda: _when(exchange.started),
        lambda: exchange.host,
        lambda: _("{action}: {what}").format(
            action=requests.action(exchange.purpose), what=requests.what(exchange.purpose)
        ),
        lambda: figures.size(exchange.bytes_out),
        lambda: figures.size(exchange.bytes_in),
        lambda: requests.outcome(exchange),
    )
    return words[column]()


def _when(started: float) -> str:
    pattern = "%H:%M:%S" if started >= requests.day_began() else "%Y-%m-%d %H:%M"
    return time.strftime(pattern, time.localtime(started))


def _colour(exchange: Exchange, column: int) -> str:
    tones = colours()
    if column < len(_columns()) - 1:
        return tones.text if column in (1, 2) else tones.dim
    if exchange.problem.startswith("offline"):
        return tones.warn
    if exchange.problem or (exchange.status or 0) >= 400:
        return tones.bad
    return tones.dim if exchange.status is None else tones.good


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _FIGURES else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class LedgerTable(Table):
    """Columns are as wide as what is in sight."""

    def __init__(self) -> None:
        self.ledger = LedgerModel()
        super().__init__(self.ledger, _("Ledger of requests"), _WIDTHS, _STRETCHED)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setColumnHidden(_SENT, self.viewport().width() < _NARROW)
