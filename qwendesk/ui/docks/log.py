"""The log of this run: what the application and its workers wrote, with a filter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from qwendesk.api.problem import Problem
from qwendesk.system.log.line import Line
from qwendesk.ui.docks.logfilter import LogFilter
from qwendesk.ui.docks.logtable import LogTable
from qwendesk.ui.theme.tokens import ROOMY, SPACE, TIGHT
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import button, label, row
from qwendesk.words import _, ngettext
from qwendesk.words.problems import word

_EVERY_MS = 300
Read = Callable[[int], tuple[int, list[Line]]]


class LogView(QWidget):
    """Looks at the log while it is visible, never otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self._read: Read = lambda number: (number, [])
        self._folder: Path | None = None
        self._trouble: Callable[[], Problem | None] = lambda: None
        self._number = 0
        self.filter, self.table = LogFilter(), LogTable()
        self.count = label("", "faint")
        self.count.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.count.setToolTip(_("Of this run. No text of a chat is in the log: a fingerprint stands for it."))
        self._copy = button(_("Copy"), "", self.table.copy, _("The selected lines, or all that are shown."))
        self._open = button(_("Open folder"), "", self._on_open, _("The files, of earlier runs too."))
        self.pages = Pages(self.table)
        head = row(self.filter, self._copy, self._open)
        head.setStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(ROOMY, SPACE, ROOMY, TIGHT)
        layout.setSpacing(TIGHT)
        layout.addLayout(head)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.count)
        self.filter.changed.connect(self._on_filter)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.filter.words.setFocus)
        self.setFocusProxy(self.filter)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.refresh)
        self._show()

    def follow(
        self, read: Read, folder: Path | None = None, trouble: Callable[[], Problem | None] = lambda: None
    ) -> None:
        """`read` gives lines after a number, at once; `trouble` is why the files are not written."""
        self._read, self._folder, self._trouble = read, folder, trouble
        self._number = 0
        self.table.lines.clear()
        self.refresh()

    def refresh(self) -> None:
        """Add what is new."""
        self._number, new = self._read(self._number)
        if new:
            self.filter.offer(new)
            self.table.add(new)
        self._show()

    def _on_filter(self) -> None:
        self.table.lines.choose(self.filter.wanted)
        self._show()
        self.table.follow()

    def _show(self) -> None:
        shown, total = len(self.table.lines.shown), self.table.lines.total
        self._copy.setEnabled(bool(shown))
        self._open.setEnabled(self._folder is not None)
        self._tell(shown, total)
        if shown:
            self.pages.show_full()
        elif total:
            hidden = ngettext(
                "{n} line is hidden by the filter.", "{n} lines are hidden by the filter.", total
            )
            self.pages.show_empty(
                _("No line matches"), hidden.format(n=f"{total:,}"), _("Clear the filter"), self.filter.clear
            )
        else:
            self.pages.show_empty(
                _("Nothing in the log"),
                _("Load a model: what it and the application do is told here, without any text of a chat."),
            )

    def _tell(self, shown: int, total: int) -> None:
        find = ngettext("Find in {n} line", "Find in {n} lines", total)
        self.filter.words.setPlaceholderText(find.format(n=f"{total:,}") if total else _("Find in the log"))
        problem = self._trouble()
        if problem is not None:
            self.count.setText(str(word(problem.note())))
        else:
            self.count.setText(_("{n} of {total} lines").format(n=f"{shown:,}", total=f"{total:,}"))
        self.count.setVisible(problem is not None or (bool(shown) and not self.filter.is_open))

    def _on_open(self) -> None:
        """The folder with the files; before the first line was written, the one it will be in."""
        if self._folder is not None:
            place = next(one for one in (self._folder, *self._folder.parents) if one.is_dir())
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(place)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
