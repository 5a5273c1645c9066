"""Averages of replies as a table: by model, runtime and the settings in which they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtGui import QColor, QResizeEvent

from qwendesk.monitor.metrics import FIGURES, Average, Averages, distinctive
from qwendesk.monitor.past import LAST
from qwendesk.ui.lists.rows import Index
from qwendesk.ui.lists.table import Table
from qwendesk.ui.theme.style import colours
from qwendesk.words import _, metrics

_FIRST_FIGURE, _MEANS, _SETTINGS = 2, (2, 3), 1
_WIDTHS = {1: 156, 2: 108, 3: 108, 4: 64}
_NARROW = 520
"""Below this the settings would have no room; they are in the tooltip of the model."""


def _columns() -> tuple[tuple[str, str], ...]:
    """Titles with their meaning."""
    last = _("Last {n}").format(n=LAST)
    return (
        (_("Model"), _("The model, and the runtime that it ran in.")),
        (_("Settings"), _("What it was loaded with, where others of the same model differ in it.")),
        (last, _("The mean over the newest replies, each counting once.")),
        (_("All time"), _("The mean over all replies there were, each counting once.")),
        (_("Replies"), _("How many replies have the figure.")),
    )


class AveragesModel(QAbstractTableModel):
    """The most recently used on top; the figures are those of one metric."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Averages] = ()
        self._settings: list[dict[str, Any]] = []
        self._metric = "decode_tps"
        self._titles = _columns()

    def show(self, rows: Sequence[Averages], metric: str) -> None:
        self.beginResetModel()
        self.rows, self._metric = rows, metric
        self._settings = distinctive(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._titles)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            unit = FIGURES[self._metric] if section in _MEANS else ""
            title = self._titles[section][0]
            return f"{title}, {unit}" if unit in ("tok/s", "tokens") else title
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._titles[section][1]
        return _side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(index.row(), index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(self._text(index.row(), column) for column in (0, _SETTINGS))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _side(index.column())
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(colours().dim if index.column() == 1 else colours().text)
        return None

    def _text(self, row: int, column: int) -> str:
        one, settings = self.rows[row], self._settings[row]
        last, ever = one.last.get(self._metric), one.ever.get(self._metric)
        return (
            f"{one.whose.model} · {one.whose.runtime}",
            ", ".join(f"{name}={value}" for name, value in settings.items()) or "–",
            self._mean(last),
            self._mean(ever),
            f"{ever.count:,}" if ever is not None else "–",
        )[column]

    def _mean(self, average: Average | None) -> str:
        return metrics.bare(average.mean, FIGURES[self._metric]) if average is not None else "–"


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column >= _FIRST_FIGURE else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class AveragesTable(Table):
    """Averages of each model, runtime and settings; one is chosen."""

    def __init__(self) -> None:
        self.averages = AveragesModel()
        super().__init__(self.averages, _("Averages by model"), _WIDTHS, 0)

    @property
    def chosen(self) -> Averages | None:
        """What is selected."""
        row = self.currentIndex().row()
        return self.averages.rows[row] if 0 <= row < len(self.averages.rows) else None

    def show_averages(self, rows: Sequence[Averages], metric: str) -> None:
        """Show them; what was selected stays so, else it is the first."""
        before = self.chosen.whose if self.chosen is not None else None
        self.averages.show(rows, metric)
        place = next((at for at, one in enumerate(rows) if one.whose == before), 0)
        if rows:
            self.selectRow(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setColumnHidden(_SETTINGS, self.viewport().width() < _NARROW)
