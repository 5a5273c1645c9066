"""A list that filters while one types: the shape of the command palette and of the model switcher."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from qwendesk.ui.dialogs.fuzzy import score
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import FIELD_RADIUS, SPACE
from qwendesk.words import _

_ROW, _ROWS = 34, 10
_WIDTH = 560
_TOP = 72
_RIGHT = Qt.ItemDataRole.UserRole + 1
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line to pick: `right` stands at its right edge, `dim` text before the title."""

    id: str
    title: str
    run: Callable[[], None]
    right: str = ""
    enabled: bool = True


class Picker(QDialog):
    """Opens over its window, runs with Enter or a click, closes with Esc."""

    def __init__(self, name: str, placeholder: str, entries: Sequence[Entry], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._entries = tuple(entries)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(name)
        self.setProperty("look", "picker")
        self.field = QLineEdit(placeholderText=placeholder)
        self.field.setAccessibleName(name)
        self.list = QListWidget()
        self.list.setAccessibleName(name)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Row(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._none = QLabel(_("Nothing matches."))
        self._none.setProperty("look", "dim")
        self._none.setMargin(SPACE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.setSpacing(SPACE)
        for widget in (self.field, self._none, self.list):
            layout.addWidget(widget)
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._run)
        self._filter("")

    def matches(self) -> list[str]:
        """Ids of the lines shown, best first."""
        return [self._entry(self.list.item(line)).id for line in range(self.list.count())]

    def _entry(self, item: QListWidgetItem) -> Entry:
        place: int = item.data(Qt.ItemDataRole.UserRole)
        return self._entries[place]

    def _filter(self, wanted: str) -> None:
        self.list.clear()
        for place in ranked(wanted, [one.title for one in self._entries]):
            self.list.addItem(_item(place, self._entries[place]))
        self.list.setCurrentRow(0)
        found = self.list.count()
        self._none.setVisible(not found)
        self.list.setVisible(bool(found))
        self.list.setFixedHeight(min(found, _ROWS) * _ROW + 4)
        self.adjustSize()

    def _run(self, item: QListWidgetItem | None) -> None:
        if item is None or not item.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        entry = self._entry(item)
        self.accept()
        entry.run()

    def open_over(self, window: QWidget) -> None:
        """Show it near the window's top, centred."""
        width = min(_WIDTH, window.width() - 32)
        self.setFixedWidth(width)
        self.adjustSize()
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - width) // 2, corner.y() + _TOP)
        self.show()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _MOVES:
                self.list.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)


def ranked(wanted: str, titles: Sequence[str]) -> list[int]:
    """Places of the titles that match, best first; equals keep their order."""
    scored = [(score(wanted, title), place) for place, title in enumerate(titles)]
    return [
        place for _points, place in sorted((-points, place) for points, place in scored if points is not None)
    ]


def _item(place: int, entry: Entry) -> QListWidgetItem:
    item = QListWidgetItem(entry.title)
    item.setData(Qt.ItemDataRole.UserRole, place)
    item.setData(_RIGHT, entry.right)
    item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.title} {entry.right}".strip())
    if not entry.enabled:
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
    return item


class _Row(QStyledItemDelegate):
    """Title on the left, the rest on the right."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tones = colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tones.soft))
            painter.drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), FIELD_RADIUS, FIELD_RADIUS)
        inside = option.rect.adjusted(12, 0, -12, 0)
        enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        right = str(index.data(_RIGHT) or "")
        width = painter.fontMetrics().horizontalAdvance(right) + SPACE if right else 0
        title = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, inside.width() - width
        )
        painter.setPen(QColor(tones.text if enabled else tones.faint))
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, title)
        painter.setPen(QColor(tones.faint))
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, right)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, _ROW)
