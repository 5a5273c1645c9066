"""The flat, virtual list of blocks: thousands of items, widgets only for those near the viewport.

Appending and growing the last item cost the same in a chat of any length: offsets live in a tree,
and only what is near the viewport is laid out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from time import perf_counter

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from qwendesk.ui.chat.item import Item
from qwendesk.ui.chat.offsets import Offsets
from qwendesk.ui.theme.tokens import COLUMN, GAP, TIGHT, WIDE

OVERSCAN = 240
"""Pixels above and below the viewport that are kept laid out."""
MAKE_S = 0.003
"""Widgets are made for so long in one turn of the event loop, one at least; layout and paint come on top."""
_ROUNDS = 6


class BlockList(QAbstractScrollArea):
    """Holds items; `settle()` brings the widgets in line with them, once for any number of changes.

    Where many widgets are missing, some are made at once and the rest in the next turns of the event loop.
    """

    moved = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.items: list[Item] = []
        self._heights = Offsets()
        self._live: set[Item] = set()
        self._width = 0
        self._stuck = True
        self._anchor: tuple[Item, int] | None = None
        self._settling = False
        self._until = 0.0
        self._makes = False
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self.settle)

    @property
    def live(self) -> int:
        """How many items own a widget now."""
        return len(self._live)

    @property
    def settled(self) -> bool:
        """Whether every item near the viewport has its widget."""
        return not self._rest.isActive()

    @property
    def at_bottom(self) -> bool:
        return self._stuck

    def column(self) -> int:
        """The width of the text column."""
        return max(80, min(COLUMN, self.width() - 2 * GAP))

    def splice(self, start: int, remove: int, items: Sequence[Item]) -> None:
        """Replace a stretch of items. At the end this costs the stretch alone."""
        width = self.column()
        for item in self.items[start : start + remove]:
            self._drop(item)
        self.items[start : start + remove] = items
        self._heights.splice(start, remove, (item.above + item.estimate(width) for item in items))
        moved = items if start + len(items) == len(self.items) else self.items[start:]
        for index, item in enumerate(moved, start):
            item.index = index

    def settle(self) -> None:
        """Lay out what is near the viewport, keeping the bottom or the reader's place."""
        self._settle(MAKE_S if self.settled else None)

    def _settle(self, seconds: float | None) -> None:
        """Making widgets for so many seconds, or none at all."""
        if self._settling:
            return
        self._settling, self._makes = True, seconds is not None
        self._until = perf_counter() + (seconds or 0.0)
        try:
            self._notice_width()
            for _ in range(_ROUNDS):
                self._place_scroll_bar()
                if not self._measure_near():
                    break
            self._show_near()
        finally:
            self._settling = False
        if not self._makes:
            self._rest.start()
        self.moved.emit()

    def to_bottom(self) -> None:
        """Follow the newest text from here on."""
        self._stuck = True
        self.settle()

    def bring(self, item: Item) -> None:
        """Scroll as little as it takes to show the item."""
        bar = self.verticalScrollBar()
        top = self._heights.above(item.index)
        bottom = top + self._heights[item.index] + GAP
        if top < bar.value():
            bar.setValue(top)
        elif bottom > bar.value() + self.viewport().height():
            bar.setValue(min(top, bottom - self.viewport().height()))

    def rebuild(self) -> None:
        """Make every widget anew: the theme changed."""
        for item in tuple(self._live):
            self._drop(item)
        self.settle()

    def remake(self, item: Item) -> None:
        """Its widget no longer fits its data."""
        self._drop(item)

    def _notice_width(self) -> None:
        """Items far away keep the height that was believed: at another width it is a guess like any other."""
        if self._width != self.column():
            self._width = self.column()
            for item in self._live:
                item.stale = True

    def _place_scroll_bar(self) -> None:
        bar = self.verticalScrollBar()
        page = self.viewport().height()
        bar.setPageStep(page)
        bar.setSingleStep(GAP)
        bar.setRange(0, max(0, TIGHT + self._heights.total + GAP - page))
        if self._stuck:
            bar.setValue(bar.maximum())
        elif self._anchor and self._holds(self._anchor[0]):
            bar.setValue(self._heights.above(self._anchor[0].index) + self._anchor[1])

    def _holds(self, item: Item) -> bool:
        return item.index < len(self.items) and self.items[item.index] is item

    def _near(self) -> range:
        if not self.items:
            return range(0)
        top = self.verticalScrollBar().value() - TIGHT
        first = self._heights.find(max(0, top - OVERSCAN))
        last = self._heights.find(top + self.viewport().height() + OVERSCAN)
        return range(first, last + 1)

    def _measure_near(self) -> bool:
        """True heights for the near items; True if one differs from what was believed."""
        changed = False
        near = self._near()
        for index in reversed(near) if self._stuck else near:
            item = self.items[index]
            if item.widget is None:
                if not self._makes:
                    continue
                item.widget = item.make(self.viewport())
                item.stale = True
                self._live.add(item)
                self._makes = perf_counter() < self._until
                changed = True
            if not item.stale:
                continue
            item.stale = False
            height = item.above + item.widget.measure(self._width)
            if height != self._heights[index]:
                self._heights.replace(index, height)
                changed = True
        return changed

    def _show_near(self) -> None:
        near = self._near()
        focus = QApplication.focusWidget()
        for item in tuple(self._live):
            if item.index not in near and not (focus and item.widget and item.widget.isAncestorOf(focus)):
                self._drop(item)
        left = max(GAP, (self.width() - self._width) // 2)  # in line with the composer, scroll bar or not
        for item in self._live:
            if item.widget is not None:
                top = TIGHT + self._heights.above(item.index) - self.verticalScrollBar().value()
                height = self._heights[item.index] - item.above
                item.widget.setGeometry(left, top + item.above, self._width, height)
                item.widget.show()
        self._order_tabs()

    def _order_tabs(self) -> None:
        before: QWidget = self
        for item in self.in_view():
            for stop in item.widget.tab_stops() if item.widget else ():
                if before.nextInFocusChain() is not stop:
                    QWidget.setTabOrder(before, stop)
                before = stop

    def in_view(self) -> Iterator[Item]:
        """Items with a widget, from top to bottom."""
        return iter(sorted(self._live, key=lambda item: item.index))

    def _drop(self, item: Item) -> None:
        self._live.discard(item)
        if item.widget is not None:
            item.widget.hide()
            item.widget.deleteLater()
            item.widget = None

    def _remember_place(self) -> None:
        bar = self.verticalScrollBar()
        self._stuck = bar.value() >= bar.maximum() - WIDE
        if self.items:
            first = self.items[self._heights.find(bar.value())]
            self._anchor = (first, bar.value() - self._heights.above(first.index))

    def walk(self, step: int) -> None:
        """Move the focus to the next (1) or previous (-1) block that can be read."""
        focus = QApplication.focusWidget()
        current = next(
            (i for i in self.in_view() if i.widget and focus and i.widget.isAncestorOf(focus)), None
        )
        top = self._heights.find(self.verticalScrollBar().value()) if self.items else 0
        at = current.index + step if current else top
        while 0 <= at < len(self.items):
            item = self.items[at]
            self.bring(item)
            self._settle(math.inf)
            reader = item.widget.reader() if item.widget else None
            if reader is not None:
                reader.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return
            at += step

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        walks = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        places = {
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: bar.maximum(),
            Qt.Key.Key_PageUp: bar.value() - bar.pageStep() + GAP,
            Qt.Key.Key_PageDown: bar.value() + bar.pageStep() - GAP,
            Qt.Key.Key_Up: bar.value() - 2 * GAP,
            Qt.Key.Key_Down: bar.value() + 2 * GAP,
        }
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and key in walks:
            self.walk(walks[key])
        elif key in places:
            bar.setValue(places[key])
        else:
            event.ignore()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if not self._settling:
            self._remember_place()
            self.settle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.settle()
