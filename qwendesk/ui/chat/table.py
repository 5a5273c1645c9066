"""A table in a reply: the header stands out, a line under each row, wide ones scroll sideways."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QPainter,
    QPaintEvent,
    QTextBlockFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextOption,
    QTextTable,
    QTextTableCellFormat,
    QTextTableFormat,
)
from PySide6.QtWidgets import QWidget

from qwendesk.ui.chat.formulas import formulas
from qwendesk.ui.chat.item import Block, Item
from qwendesk.ui.chat.latex import Formula
from qwendesk.ui.chat.leaves import Spans, Table, plain
from qwendesk.ui.chat.place import inset, paint_place
from qwendesk.ui.chat.spanformat import CLOSE
from qwendesk.ui.chat.textview import TextView
from qwendesk.ui.chat.writing import write
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import ROOMY
from qwendesk.words import _

_ROW = 32
_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


class TableItem(Item):
    above = ROOMY

    def __init__(self, leaf: Table, follow: Callable[[str], None], settle: Callable[[], None]) -> None:
        super().__init__()
        self.leaf = leaf
        self.follow = follow
        self.settle = settle

    def update(self, leaf: Table) -> None:
        self.leaf = leaf
        self.changed()

    def drawn(self) -> None:
        """Its formulas are there."""
        self.changed()
        self.settle()

    def estimate(self, width: int) -> int:
        return _ROW * len(self.leaf.rows) + len(plain(self.leaf)) // max(1, width // 7) * 4

    def make(self, parent: QWidget) -> Block:
        return _TableBlock(parent, self)


class _TableBlock(Block):
    def __init__(self, parent: QWidget, item: TableItem) -> None:
        super().__init__(parent)
        self._item = item
        self._view = TextView(self)
        self._view.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._view.link_activated.connect(item.follow)
        self.refresh()

    def refresh(self) -> None:
        leaf = self._item.leaf
        self._view.empty()
        self._view.setAccessibleName(_("Table, {rows} rows").format(rows=len(leaf.rows)))
        columns = max((len(row) for row in leaf.rows), default=0)
        if not columns:
            return
        cursor = QTextCursor(self._view.document())
        cursor.beginEditBlock()  # else the table is laid out again for each cell
        table = cursor.insertTable(len(leaf.rows), columns, _table_format())
        missing = self._fill(table)
        self._hide_paragraphs_around()
        cursor.endEditBlock()
        self._view.setTextCursor(QTextCursor(self._view.document()))
        if missing:
            formulas().when(self, missing, self._item.drawn)

    def _fill(self, table: QTextTable) -> set[Formula]:
        missing: set[Formula] = set()
        for at, row in enumerate(self._item.leaf.rows):
            for column, spans in enumerate(row):
                cell = table.cellAt(at, column)
                cell.setFormat(_cell_format(header=at == 0))
                align = self._item.leaf.aligns[column]
                start = cell.firstCursorPosition()
                missing |= _write_cell(self._view, start, spans, align, header=at == 0)
        return missing

    def _hide_paragraphs_around(self) -> None:
        """Qt keeps an empty paragraph on either side of a table."""
        document = self._view.document()
        for block in (document.firstBlock(), document.lastBlock()):
            flat = QTextBlockFormat()
            flat.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
            QTextCursor(block).setBlockFormat(flat)

    def measure(self, width: int) -> int:
        left = inset(self._item.leaf.place)
        room = max(40, width - left)
        height = self._view.height_at(room)
        if self._view.document().size().width() > room + 1:
            height += self._view.horizontalScrollBar().sizeHint().height()
        self._view.setGeometry(left, 0, room, height)
        return height

    def reader(self) -> QWidget | None:
        return self._view

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_place(QPainter(self), self._item.leaf.place, self)


def _table_format() -> QTextTableFormat:
    made = QTextTableFormat()
    made.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
    made.setBorder(0)
    made.setBorderCollapse(True)
    made.setCellPadding(0)
    made.setCellSpacing(0)
    return made


def _cell_format(*, header: bool) -> QTextTableCellFormat:
    made = QTextTableCellFormat()
    theme = colours()
    made.setLeftPadding(0)
    made.setRightPadding(24)
    made.setTopPadding(6)
    made.setBottomPadding(6)
    made.setBottomBorder(1)
    made.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    made.setBottomBorderBrush(QBrush(QColor(theme.border_strong if header else theme.line)))
    return made


def _write_cell(
    view: TextView, cursor: QTextCursor, spans: Spans, align: str, *, header: bool
) -> set[Formula]:
    block = QTextBlockFormat()
    block.setAlignment(_ALIGN[align])
    block.setLineHeight(CLOSE, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
    cursor.setBlockFormat(block)
    return write(view, cursor, spans, 4 if header else 0, colours().dim if header else None)
