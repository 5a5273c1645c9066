"""Selectable text that fits its block: never a file, never the network, links only asked about."""

from __future__ import annotations

from html import escape
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QTextFormat,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QToolTip, QWidget

from qwendesk.ui.chat.formulaobject import ALLOWANCE, KIND, FormulaObject, source_of
from qwendesk.ui.chat.selection import selected_source
from qwendesk.ui.theme.style import colours
from qwendesk.words import _

_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)

_LONGEST_TIP = 500


class TextView(QTextBrowser):
    """As tall as its text. Keys and wheel that it has no use for go to the transcript."""

    link_activated = Signal(str)

    def __init__(self, parent: QWidget, *, wraps: bool = True) -> None:
        super().__init__(parent)
        self._ring = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("look", "reading")
        self.setOpenLinks(False)
        self.setAcceptDrops(False)  # the conversation takes them
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if wraps:
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        else:
            self.setLineWrapMode(QTextBrowser.LineWrapMode.NoWrap)
        self.document().setDocumentMargin(0)
        self.formulas = FormulaObject(self)
        self.document().documentLayout().registerHandler(KIND, self.formulas)
        self.anchorClicked.connect(self._on_anchor)

    def height_at(self, width: int) -> int:
        """Pixels for all of the text at this width, the horizontal scroll bar included if it shows."""
        if self.lineWrapMode() == QTextBrowser.LineWrapMode.NoWrap:
            size = self.document().size()
            bar = self.horizontalScrollBar().sizeHint().height() if size.width() > width else 0
            return int(size.height() + 0.999) + bar
        if self.width() != width:
            self.resize(width, max(1, self.height()))
        document = self.document()
        if document.textWidth() != width:
            document.setTextWidth(width)
        return int(document.size().height() + 0.999)

    def empty(self) -> None:
        """Take everything out."""
        self.clear()
        self.formulas.drawings.clear()

    def _on_anchor(self, address: QUrl) -> None:
        # Encoded: what is asked about is what a browser would be told, look-alike hosts as xn--.
        self.link_activated.emit(address.toString(QUrl.ComponentFormattingOption.FullyEncoded))

    def _tip_at(self, at: QPoint) -> str:
        """The address of a link, the source of a formula; "" for other text."""
        return self.anchorAt(at) or self._format_at(at).toCharFormat().toolTip()

    def formula_at(self, at: QPoint) -> str:
        """The source of the formula drawn at a point of the viewport."""
        return source_of(self._format_at(at))

    def _format_at(self, at: QPoint) -> QTextFormat:
        scrolled = QPointF(at.x() + self.horizontalScrollBar().value(), at.y())
        return self.document().documentLayout().formatAt(scrolled)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        return QByteArray()  # not None: Qt would then open local files by itself

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self._tip_at(self.viewport().mapFrom(self, event.pos()))
            QToolTip.showText(event.globalPos(), _tip(tip), self)
            return True
        return super().event(event)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Formulas are copied as their LaTeX."""
        source = selected_source(self.textCursor())
        if source is None:
            return super().createMimeDataFromSelection()
        made = QMimeData()
        made.setText(source)
        return made

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        source = self.formula_at(self.viewport().mapFrom(self, event.pos()))
        if source:
            menu.addAction(_("Copy formula"), lambda: QGuiApplication.clipboard().setText(source))
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = event.modifiers()
        copies = event.matches(QKeySequence.StandardKey.Copy) or event.matches(
            QKeySequence.StandardKey.SelectAll
        )
        selects = bool(keys & Qt.KeyboardModifier.ShiftModifier)
        follows = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        if copies or selects or follows:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        sideways = event.angleDelta().x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if sideways and self.horizontalScrollBar().maximum() > 0:
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in _KEYBOARD
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        super().focusOutEvent(event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        self.formulas.allowance = ALLOWANCE
        super().paintEvent(event)
        if self._ring:
            painter = QPainter(self.viewport())
            painter.setPen(QPen(QColor(colours().accent), 1))
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))


def _tip(text: str) -> str:
    """Plain words, whatever a model wrote: Qt would take what looks like markup for markup."""
    shown = text if len(text) <= _LONGEST_TIP else text[:_LONGEST_TIP] + "…"
    return f"<qt>{escape(shown).replace(chr(10), '<br>')}</qt>" if text else ""
