"""The command palette: every action by a few typed letters, its shortcut beside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from qwendesk.ui.actions import MENUS, Action, Actions
from qwendesk.ui.dialogs.fuzzy import score
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import CARD_RADIUS, FIELD_RADIUS, SPACE
from qwendesk.words import _

_ROW = 34
_WIDTH = 560
_TOP = 72
_SHORTCUT = Qt.ItemDataRole.UserRole + 1
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Palette(QDialog):
    """Opens over its window, filters while one types, runs with Enter, closes with Esc."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._actions = actions
        self.setAccessibleName(_("Command palette"))
        self.setObjectName("palette")
        self.field = QLineEdit(placeholderText=_("Type what you want to do"))
        self.field.setAccessibleName(_("Command"))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Commands"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Row(self.list))
        self._none = QLabel(_("Nothing matches. Clear the text to see every command."))
        self._none.setProperty("look", "dim")
        self._none.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
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
        """Ids of the actions shown, best first."""
        return [self.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.list.count())]

    def _filter(self, wanted: str) -> None:
        self.list.clear()
        for one in _ranked(wanted, self._actions.all):
            self.list.addItem(_item(one))
        self.list.setCurrentRow(0)
        found = self.list.count()
        self._none.setVisible(not found)
        self.list.setVisible(bool(found))
        self.list.setFixedHeight(min(found, 10) * _ROW + 4)
        self.adjustSize()

    def _run(self, item: QListWidgetItem | None) -> None:
        if item is None or not item.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        self.accept()
        self._actions.trigger(item.data(Qt.ItemDataRole.UserRole))

    def open_over(self, window: QWidget) -> None:
        """Show it near the window's top, centred."""
        width = min(_WIDTH, window.width() - 32)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move(window.mapToGlobal(window.rect().topLeft()))
        self.move(self.x() + (window.width() - width) // 2, self.y() + _TOP)
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


def _ranked(wanted: str, actions: tuple[Action, ...]) -> list[Action]:
    scored = [(score(wanted, _spoken(one)), place, one) for place, one in enumerate(actions)]
    kept = [(-points, place, one) for points, place, one in scored if points is not None]
    return [one for _points, _place, one in sorted(kept, key=lambda row: row[:2])]


def _spoken(one: Action) -> str:
    return one.title.replace("&", "").rstrip("…")


def _item(one: Action) -> QListWidgetItem:
    menu = dict(MENUS).get(one.menu, "").replace("&", "")
    item = QListWidgetItem(f"{menu}: {_spoken(one)}" if menu else _spoken(one))
    item.setData(Qt.ItemDataRole.UserRole, one.id)
    item.setData(_SHORTCUT, QKeySequence(one.shortcut).toString(QKeySequence.SequenceFormat.NativeText))
    if not one.enabled():
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
    return item


class _Row(QStyledItemDelegate):
    """Title on the left, shortcut on the right."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tones = colours()
        area: QRect = option.rect  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & state.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tones.soft))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), FIELD_RADIUS, CARD_RADIUS)
        inside = area.adjusted(12, 0, -12, 0)
        painter.setPen(QColor(tones.text if enabled else tones.faint))
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        painter.setPen(QColor(tones.faint))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(inside, right, str(index.data(_SHORTCUT) or ""))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(_WIDTH, _ROW)
