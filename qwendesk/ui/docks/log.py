"""The worker's log: the last lines that it and its native libraries wrote."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from qwendesk.ui.theme.style import code_font
from qwendesk.ui.theme.tokens import ROOMY, SMALL, SPACE
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import button, label, row
from qwendesk.words import _

_EVERY_MS = 700


class LogView(QWidget):
    """Looks at the log while it is visible, never otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self._read: Callable[[], tuple[str, ...]] = tuple
        self._lines: tuple[str, ...] = ()
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName(_("Log of the worker"))
        self.text.setFont(code_font(SMALL))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._copy = button(_("Copy"), "", self._on_copied)
        self._head = label(_("Last lines of the process that holds the model. No prompt text."), "faint")
        self._head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.pages = Pages(self.text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(ROOMY, SPACE, ROOMY, SPACE)
        layout.setSpacing(SPACE)
        head = row(self._head, self._copy)
        head.setStretch(0, 1)
        layout.addLayout(head)
        layout.addWidget(self.pages, 1)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.refresh)
        self.refresh()

    def follow(self, read: Callable[[], tuple[str, ...]]) -> None:
        """`read` returns the last lines; it must not block."""
        self._read = read
        self.refresh()

    def refresh(self) -> None:
        """Show what is new; the view stays where the reader has scrolled to."""
        lines = self._read()
        self._copy.setEnabled(bool(lines))
        if not lines:
            self.pages.show_empty(_("Nothing in the log"), _("Lines appear here once a model is loading."))
            return
        if lines != self._lines:
            self._write(lines)
        self.pages.show_full()

    def _write(self, lines: tuple[str, ...]) -> None:
        bar = self.text.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 2
        place = bar.value()
        self.text.setPlainText("\n".join(lines))
        bar.setValue(bar.maximum() if at_end else place)
        self._lines = lines

    def _on_copied(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self._lines))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
