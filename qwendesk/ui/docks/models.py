"""The models on this computer: name, quantization, size; Enter or a double click talks with one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from qwendesk.models.library import Model
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import FIELD_RADIUS, ROOMY, SMALL, SPACE
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import button, label
from qwendesk.words import _, figures
from qwendesk.words.problems import Sentence

_MODEL = Qt.ItemDataRole.UserRole
_DETAIL = Qt.ItemDataRole.UserRole + 1
_ROW = 48


class ModelsView(QWidget):
    """`chosen` with a Model to talk with; `file_opened` with the path of a file to add for this run."""

    chosen = Signal(object)
    file_opened = Signal(str)
    open_requested = Signal()
    refresh_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.list = _List()
        self.list.setAccessibleName(_("Models on this computer"))
        self.list.setItemDelegate(_Row(self.list))
        self.list.itemActivated.connect(lambda item: self.chosen.emit(item.data(_MODEL)))
        self.pages = Pages(self.list)
        hint = label(_("Drop a .gguf file here to talk with it."), "faint", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, ROOMY)
        layout.setSpacing(SPACE)
        layout.addWidget(self.pages, 1)
        layout.addWidget(hint)
        layout.addWidget(button(_("Open model file…"), "", self.open_requested.emit))
        self.show_loading()

    def show_loading(self) -> None:
        self.pages.show_loading(_("Looking for models…"))

    def show_error(self, sentence: Sentence) -> None:
        self.pages.show_error(sentence, self.refresh_requested.emit)

    def show_models(self, models: list[Model], current: Model | None) -> None:
        """The list, with the one in use selected."""
        self.list.clear()
        for model in models:
            self.list.addItem(_item(model))
        self.mark(current)
        if models:
            self.pages.show_full()
        else:
            self.pages.show_empty(_("No models here yet"), _("Open a .gguf file of a Qwen model to begin."))

    def mark(self, current: Model | None) -> None:
        """Select the model in use."""
        for place in range(self.list.count()):
            if current is not None and self.list.item(place).data(_MODEL).path == current.path:
                self.list.setCurrentRow(place)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_gguf(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if path := dropped_gguf(event):
            event.acceptProposedAction()
            self.file_opened.emit(path)


def dropped_gguf(event: QDropEvent) -> str:
    """The first local .gguf file among what is dragged, or an empty text."""
    files = (url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile())
    return next((path for path in files if path.lower().endswith(".gguf")), "")


def _item(model: Model) -> QListWidgetItem:
    item = QListWidgetItem(model.title)
    parts = [model.quantization, figures.size(model.size_bytes)]
    if model.bundled:
        parts.append(_("bundled"))
    detail = " · ".join(part for part in parts if part)
    item.setData(_MODEL, model)
    item.setData(_DETAIL, detail)
    item.setToolTip(str(model.path))
    item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{model.title}, {detail}")
    return item


class _List(QListWidget):
    """Enter activates on every platform."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self.itemActivated.emit(self.currentItem())
        else:
            super().keyPressEvent(event)


class _Row(QStyledItemDelegate):
    """Title over its quantization and size."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tones = colours()
        area, state = option.rect, option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            focused = selected and state & QStyle.StateFlag.State_HasFocus
            painter.setPen(QColor(tones.accent) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tones.soft if selected else tones.raised))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), FIELD_RADIUS, FIELD_RADIUS)
        upper = area.adjusted(12, 6, -12, -area.height() // 2)
        lower = area.adjusted(12, area.height() // 2, -12, -6)
        metrics = painter.fontMetrics()
        title = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, upper.width())
        painter.setPen(QColor(tones.text))
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, title)
        small = QFont(painter.font())
        small.setPixelSize(SMALL)
        painter.setFont(small)
        painter.setPen(QColor(tones.dim))
        detail = painter.fontMetrics().elidedText(
            str(index.data(_DETAIL)), Qt.TextElideMode.ElideRight, lower.width()
        )
        painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, detail)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, _ROW)
