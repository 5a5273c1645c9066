"""Below the conversation: the field, thinking and its budget, the token count, and one primary button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from qwendesk.ui.chat.attachments import Attachments
from qwendesk.ui.chat.budget import BudgetButton
from qwendesk.ui.chat.editnotice import EditNotice
from qwendesk.ui.chat.field import Field
from qwendesk.ui.chat.look import rounded
from qwendesk.ui.chat.think import ThinkPill
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import BUBBLE_RADIUS, ROOMY, SPACE, TIGHT, WIDE
from qwendesk.ui.widgets.glyph import CLIP, GlyphButton
from qwendesk.words import _

if TYPE_CHECKING:
    from qwendesk.models.facts import ThinkingMode
    from qwendesk.ui.chat.slashlist import SlashList

_LOOK_AHEAD = 4096
_CLIP = 1.4
DRAFT_PAUSE = 200
"""Milliseconds without a key after which the draft is told."""


class Composer(QWidget):
    """While a reply runs the button stops it and Enter keeps the text."""

    send_requested = Signal(str)
    stop_requested = Signal()
    think_toggled = Signal(bool)
    budget_changed = Signal(object)
    draft_changed = Signal(str)
    edited = Signal(object, str)
    """The id of a question that is asked differently, and how."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._busy = False
        self._draft_timer = QTimer(self, singleShot=True)
        self._editing: int | None = None
        self._put_by = ""
        self.asked: list[str] = []
        self.slash: SlashList | None = None
        self.notice = EditNotice(self)
        self.attachments = Attachments(self)
        self._message: object = None
        self.field = Field(self)
        self.attach = GlyphButton(CLIP, _("Attach files"), _CLIP)
        self.think = ThinkPill(self)
        self.budget = BudgetButton(self)
        self.count = QLabel(self)
        self.count.setProperty("look", "small")
        self.primary = QPushButton(self)
        self.primary.setProperty("look", "primary")
        self._lay_out()
        self._connect()
        self.set_thinking(None, None, "none")
        self.set_busy(False)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(TIGHT)
        for one in (self.attach, self.think, self.budget):
            row.addWidget(one)
        row.addStretch()
        row.addWidget(self.count)
        row.addSpacing(SPACE)
        row.addWidget(self.primary)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, ROOMY, ROOMY, ROOMY)
        column.setSpacing(TIGHT)
        column.addWidget(self.notice)
        column.addWidget(self.attachments)
        column.addWidget(self.field)
        column.addLayout(row)
        QWidget.setTabOrder(self.field, self.attach)

    def _connect(self) -> None:
        self.field.submitted.connect(self._send)
        self.field.history_wanted.connect(self._recall)
        self.notice.cancelled.connect(self.stop_editing)
        self.field.escaped.connect(self._on_escape)
        self.field.textChanged.connect(self._on_text)
        self.field.given.connect(self.attachments.add)
        self.attachments.changed.connect(self._on_text)
        self.attachments.left.connect(self.field.setFocus)
        self._draft_timer.timeout.connect(lambda: self.draft_changed.emit(self.draft()))
        self.primary.clicked.connect(self._on_primary)
        self.think.clicked.connect(lambda: self.think_toggled.emit(self.think.on is not True))
        self.budget.chosen.connect(self.budget_changed)

    @property
    def busy(self) -> bool:
        """Whether a reply runs, which the button would stop."""
        return self._busy

    def set_busy(self, busy: bool) -> None:
        self._busy = busy
        words = _("Stop") if busy else _("Send")
        self.primary.setText(words)
        self.primary.setAccessibleName(_("Stop the reply") if busy else _("Send the message"))
        self.primary.setToolTip(_("Stop the reply (Esc)") if busy else _("Send (Enter)"))
        self._show_ready()

    def set_thinking(self, on: bool | None, budget: int | None, mode: ThinkingMode) -> None:
        self.think.setVisible(mode == "switch")
        self.budget.setVisible(mode == "always" or (mode == "switch" and on is not False))
        self.think.show_state(on)
        self.budget.show_budget(budget)

    def set_token_count(self, used: int | None, context: int | None) -> None:
        words = ""
        if used is not None and context is not None:
            words = _("{used:,} / {context:,}").format(used=used, context=context)
        self.count.setText(words)
        self.count.setToolTip(_("Tokens of this conversation with your draft, and what the context holds."))
        full = used is not None and context is not None and used > context
        self.count.setProperty("state", "bad" if full else "")
        self.count.style().polish(self.count)

    def draft(self) -> str:
        """The words typed."""
        return self.field.toPlainText()

    def _send(self) -> None:
        text = self.draft()
        if self._busy or not self.attachments.sendable or not (text.strip() or self.attachments.holds_any):
            return
        if self.slash is None or not self.slash.call(text):
            self.send(text)

    def send(self, text: str) -> None:
        """Send this, in place of what is typed, with what is attached."""
        if text.strip():
            self.asked = [*(one for one in self.asked if one != text), text]
        editing = self._editing
        self.field.clear()
        if editing is not None:
            self.edited.emit(editing, text)
        else:
            self.send_requested.emit(text)
        self.stop_editing()

    def set_draft(self, text: str, message: object = None) -> None:
        """What was typed in this conversation and not sent; `message` says whose attachments are shown."""
        self.stop_editing()
        self.attachments.turn_to(message)
        self.field.setPlainText(text)
        self.field.moveCursor(QTextCursor.MoveOperation.End)

    def edit(self, id: int, text: str) -> None:
        """Ask a question differently; what was typed comes back afterwards."""
        if self._editing is None:
            self._put_by, self._message = self.field.toPlainText(), self.attachments.message
        self._editing = id
        self.attachments.turn_to(("question", id))
        self.notice.show()
        self.field.setPlainText(text)
        self.field.moveCursor(QTextCursor.MoveOperation.End)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def editing(self) -> bool:
        """Whether the field holds an older question, not a draft."""
        return self._editing is not None

    def stop_editing(self) -> None:
        if self._editing is None:
            return
        self._editing = None
        self.notice.hide()
        self.field.setPlainText(self._put_by)
        self._put_by = ""
        edited = self.attachments.message
        self.attachments.turn_to(self._message)
        self.attachments.drop(edited)

    def _recall(self, step: int) -> None:
        """Up and down go through what was asked, as long as that is not changed."""
        text = self.field.toPlainText()
        at = self.asked.index(text) if text in self.asked else len(self.asked)
        place = at + step
        if 0 <= place <= len(self.asked):
            self.field.recalled = self.asked[place] if place < len(self.asked) else ""
            self.field.setPlainText(self.field.recalled)
            self.field.moveCursor(QTextCursor.MoveOperation.End)

    def _on_primary(self) -> None:
        if self._busy:
            self.stop_requested.emit()
        else:
            self._send()

    def _on_escape(self) -> None:
        if self._editing is not None:
            self.stop_editing()
        elif self._busy:
            self.stop_requested.emit()

    def _on_text(self) -> None:
        self._show_ready()
        self._draft_timer.start(DRAFT_PAUSE)

    def _show_ready(self) -> None:
        document = self.field.document()
        typed = (
            self.attachments.holds_any
            or document.characterCount() > _LOOK_AHEAD
            or bool(self.field.toPlainText().strip())
        )
        self.primary.setEnabled(self._busy or (typed and self.attachments.sendable))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.field.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours()
        edge = theme.accent if self.field.hasFocus() else theme.border_strong
        rounded(self, theme.raised, edge, BUBBLE_RADIUS)
