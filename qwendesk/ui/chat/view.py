"""The conversation in the centre of the window, from title to composer. It renders; rules live elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from qwendesk.ui.chat.composer import Composer
from qwendesk.ui.chat.dropping import Dropping
from qwendesk.ui.chat.header import Header
from qwendesk.ui.chat.pill import ModelState
from qwendesk.ui.chat.welcome import Welcome
from qwendesk.ui.theme.tokens import COLUMN, GAP, SPACE, WIDE

if TYPE_CHECKING:
    from qwendesk.api.messages import ToolCall
    from qwendesk.api.reply import ReplyEvent
    from qwendesk.chat.conversation import Turn
    from qwendesk.models.facts import ThinkingMode
    from qwendesk.ui.chat.transcript import Transcript
    from qwendesk.ui.slices import Work


class ChatView(QWidget):
    """Signals say what the user wants; methods say what is so."""

    send_requested = Signal(str)
    stop_requested = Signal()
    retry_requested = Signal()
    restart_requested = Signal()
    think_toggled = Signal(bool)
    budget_changed = Signal(object)
    model_pill_clicked = Signal()
    link_activated = Signal(str)
    draft_changed = Signal(str)
    turn_asked = Signal(str, object)
    edited = Signal(object, str)
    attachment_opened = Signal(object)
    picture_wanted = Signal(object, object)
    """An image attachment, and whom to tell what it looks like."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._busy = False
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.header = Header(self)
        self._transcript: Transcript | None = None
        self._is_loading = False
        self._first: QWidget | None = None
        self.welcome = Welcome(self)
        self.composer = Composer(self)
        self.dropping = Dropping(self)
        self._lay_out()
        self._connect()
        self._show_middle()

    def _lay_out(self) -> None:
        self._middle = QStackedLayout()
        self._middle.addWidget(self.welcome)
        self.composer.setMaximumWidth(COLUMN)
        foot = QHBoxLayout()
        foot.setContentsMargins(GAP, SPACE, GAP, WIDE)
        foot.addStretch(1)
        foot.addWidget(self.composer, 1000)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(self._middle, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.composer.send_requested.connect(self.send_requested)
        self.composer.stop_requested.connect(self.stop_requested)
        self.composer.think_toggled.connect(self.think_toggled)
        self.composer.budget_changed.connect(self.budget_changed)
        self.composer.draft_changed.connect(self.draft_changed)
        self.composer.edited.connect(self.edited)
        self.dropping.dropped.connect(self.composer.attachments.add)
        self.dropping.text_dropped.connect(self.composer.field.insertFromMimeData)
        self.header.model_pill_clicked.connect(self.model_pill_clicked)
        self.welcome.chosen.connect(self._on_example)

    @property
    def transcript(self) -> Transcript:
        """Made with the first turn: what renders replies is imported after the window is painted."""
        if self._transcript is None:
            self._transcript = self._made_transcript()
        return self._transcript

    def prepare(self) -> Work:
        """Make what the first turn will need."""
        assert self.transcript is not None
        yield

    def _made_transcript(self) -> Transcript:
        from qwendesk.ui.chat.transcript import Transcript

        made = Transcript(self)
        made.set_loading(self._is_loading)
        made.retry_requested.connect(self.retry_requested)
        made.restart_requested.connect(self.restart_requested)
        made.link_activated.connect(self.link_activated)
        made.asked.connect(self.turn_asked)
        made.attachment_opened.connect(self.attachment_opened)
        made.picture_wanted.connect(self.picture_wanted)
        self._middle.addWidget(made)
        # A hidden page is not laid out; the first question measures itself by this width.
        made.resize(self.welcome.size())
        if (layout := made.layout()) is not None:
            layout.activate()
        return made

    def add_turn(self, turn: Turn, place: tuple[int, int] = (1, 1)) -> None:
        """A turn stands at the conversation's end, the `place`th of so many versions."""
        self.transcript.add_turn(turn, place)
        self._show_middle()

    def show_turns(self, turns: Sequence[tuple[Turn, tuple[int, int]]]) -> None:
        """A whole conversation, in place of what is shown."""
        self.clear()
        if turns:
            self.transcript.show_turns(turns)
        self._show_middle()

    def reveal(self, turn_id: int) -> None:
        """Scroll to this turn."""
        self.transcript.reveal(turn_id)

    def show_call(self, turn_id: int, call: ToolCall | None) -> None:
        """A reply asks for a call and waits, or waits no more."""
        self.transcript.show_call(turn_id, call)

    def show_remedies(self, turn_id: int, actions: tuple[tuple[str, Callable[[], None]], ...]) -> None:
        """Buttons that may help against the failure of this reply."""
        self.transcript.show_remedies(turn_id, actions)

    def change_turn(self, turn: Turn, event: ReplyEvent | None) -> None:
        """A reply has come further."""
        self.transcript.change_turn(turn, event)

    def drop_after(self, turn_id: int) -> None:
        """Everything behind this turn is gone."""
        self.transcript.drop_after(turn_id)

    def clear(self) -> None:
        """A new conversation."""
        if self._transcript is not None:
            self._transcript.clear()
        self._show_middle()

    def set_title(self, title: str) -> None:
        self.header.set_title(title)

    def set_model(self, name: str, detail: str, state: ModelState, tooltip: str) -> None:
        """The model in use; `detail` like "Q4_K_M · llama.cpp · 8k"."""
        self.header.show_model(name, detail, state, tooltip)
        self._is_loading = state == "loading"
        if self._transcript is not None:
            self._transcript.set_loading(self._is_loading)

    def set_thinking(self, on: bool | None, budget: int | None, mode: ThinkingMode) -> None:
        """None leaves thinking to the model; no budget is no limit; what the template lacks is hidden."""
        self.composer.set_thinking(on, budget, mode)

    def set_token_count(self, used: int | None, context: int | None) -> None:
        self.composer.set_token_count(used, context)

    def set_busy(self, busy: bool) -> None:
        """While a reply runs the one primary button stops it."""
        self._busy = busy
        self.composer.set_busy(busy)

    def focus_composer(self) -> None:
        self.composer.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_empty_state(self, title: str, detail: str, examples: Sequence[str]) -> None:
        """What an empty conversation says; the examples are sent when clicked."""
        self.welcome.show_words(title, detail, examples)

    def set_first_page(self, page: QWidget | None) -> None:
        """What stands there on the first start before anything is said; None takes it away."""
        before, self._first = self._first, page
        if page is not None:
            self._middle.addWidget(page)
        self._show_middle()
        if before is not None:
            self._middle.removeWidget(before)
            before.deleteLater()

    def retheme(self) -> None:
        """The theme was switched: everything is drawn anew."""
        if self._transcript is not None:
            self._transcript.blocks.rebuild()
        self.update()

    def _on_example(self, words: str) -> None:
        if not self._busy:
            self.send_requested.emit(words)

    def _show_middle(self) -> None:
        made = self._transcript
        nothing_said = self._first or self.welcome
        self._middle.setCurrentWidget(made if made is not None and len(made) else nothing_said)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._busy:
            self.stop_requested.emit()
        else:
            super().keyPressEvent(event)
