"""The conversation: turns as sections of one flat list, deltas on the screen at most once a frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qwendesk.api.messages import ToolCall
from qwendesk.api.reply import ReplyEvent
from qwendesk.chat.conversation import Turn
from qwendesk.chat.turn import Attachment
from qwendesk.ui.chat.blocklist import BlockList
from qwendesk.ui.chat.earlier import EarlierItem
from qwendesk.ui.chat.failure import Action
from qwendesk.ui.chat.jump import JumpButton
from qwendesk.ui.chat.reply import Reply
from qwendesk.ui.chat.section import Question, Section
from qwendesk.ui.chat.toolresult import ToolResult
from qwendesk.ui.chat.versions import Place
from qwendesk.ui.slices import Slices, Work
from qwendesk.words import _

FRAME = 16
"""Milliseconds."""
MOST = 12
"""Turns that are laid out when a conversation is opened, and each time that earlier ones are wanted."""


class Transcript(QWidget):
    """Renders turns and events; holds no rules."""

    link_activated = Signal(str)
    retry_requested = Signal()
    restart_requested = Signal()
    announced = Signal(str)
    asked = Signal(str, object)
    """What shall be done, and the id of the turn."""
    attachment_opened = Signal(object)
    picture_wanted = Signal(object, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.blocks = BlockList(self)
        self.blocks.setAccessibleName(_("Conversation"))
        self.blocks.viewport().setAccessibleName(_("Conversation"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.blocks)
        self.slices = Slices(self)
        self._sections: dict[int, Section] = {}
        self._earlier: list[tuple[Turn, Place]] = []
        self._more: EarlierItem | None = None
        self._wanted = 0
        self._sought: int | None = None
        self._calls: dict[int, ToolCall] = {}
        self._remedies: dict[int, tuple[Action, ...]] = {}
        self._queue: dict[int, tuple[Turn, list[ReplyEvent | None]]] = {}
        self._flushed = 0.0
        self._cost = 0.0
        self._loading = False
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.flush)
        self._jump = JumpButton(self.blocks)
        self._jump.clicked.connect(self.blocks.to_bottom)
        self.blocks.moved.connect(self._on_moved)

    def __len__(self) -> int:
        return len(self._sections) + len(self._earlier)

    def add_turn(self, turn: Turn, place: Place = (1, 1)) -> None:
        """A turn at the end. The reader is taken along when it is the user's own."""
        self.flush()
        for section in list(self._sections.values())[-2:]:
            if isinstance(section, Reply):
                section.set_last(False)
        self._sections[turn.id] = self._section(turn, place)
        if turn.role == "user":
            self.blocks.to_bottom()
        else:
            self.blocks.settle()

    def _section(self, turn: Turn, place: Place, start: int | None = None) -> Section:
        match turn.role:
            case "user":
                return Question(self.blocks, turn, self, place, start)
            case "tool":
                return ToolResult(self.blocks, turn, start)
        return Reply(self.blocks, turn, self, place, start)

    def show_turns(self, turns: Sequence[tuple[Turn, Place]]) -> None:
        """A whole path: its end now, turns before it in slices, and yet earlier ones when they are wanted."""
        self._earlier = list(turns)
        self._show_one_earlier()
        self.blocks.to_bottom()
        self.show_earlier(MOST - 1)

    def show_earlier(self, most: int = MOST) -> None:
        """Some of the turns before those that are shown; the reader's place stays."""
        goes_on = self._wanted > 0
        self._wanted += most
        if not goes_on:
            self._take_offer_away()
            self.slices.begin(self, self._go_back())

    def _go_back(self) -> Work:
        while self._earlier and self._wanted > 0:
            self._show_one_earlier().set_last(False)
            self._wanted -= 1
            self.blocks.settle()
            yield
        self._wanted = 0
        if self._earlier:
            self._more = EarlierItem(len(self._earlier), self.show_earlier)
            self.blocks.splice(0, 0, (self._more,))
        self.blocks.settle()
        if self._sought is not None:
            self._bring(self._sought)

    def _show_one_earlier(self) -> Section:
        turn, place = self._earlier.pop()
        made = self._section(turn, place, start=0)
        self._sections = {turn.id: made, **self._sections}
        return made

    def _take_offer_away(self) -> None:
        if self._more is not None:
            self.blocks.splice(0, 1, ())
            self._more = None

    def reveal(self, turn_id: int) -> None:
        """Scroll to a turn; those before the shown ones are brought in first."""
        place = self._earlier_place(turn_id)
        if place is None:
            self._bring(turn_id)
            return
        self._sought = turn_id
        self.show_earlier(max(0, len(self._earlier) - place - self._wanted))

    def _earlier_place(self, turn_id: int) -> int | None:
        return next((at for at, (turn, _place) in enumerate(self._earlier) if turn.id == turn_id), None)

    def _bring(self, turn_id: int) -> None:
        self._sought = None
        section = self._sections.get(turn_id)
        if section is not None and section.items:
            self.blocks.bring(section.items[0])
            self.blocks.settle()

    def change_turn(self, turn: Turn, event: ReplyEvent | None) -> None:
        """A reply has come further; shown with the next frame."""
        if turn.id not in self._sections:
            return
        events = self._queue[turn.id][1] if turn.id in self._queue else []
        events.append(event)
        self._queue[turn.id] = (turn, events)
        if not self._timer.isActive():
            since = (perf_counter() - self._flushed) * 1000
            self._timer.start(max(0, int(max(FRAME, 2 * self._cost) - since)))

    def flush(self) -> None:
        """Show everything that came in."""
        self._timer.stop()
        if not self._queue:
            return
        began = perf_counter()
        queue, self._queue = self._queue, {}
        for id, (turn, events) in queue.items():
            section = self._sections.get(id)
            if isinstance(section, Reply):
                section.apply(turn, events)
        self.blocks.settle()
        self._flushed = perf_counter()
        self._cost = (self._flushed - began) * 1000

    def drop_after(self, turn_id: int) -> None:
        """Remove the turns behind this one."""
        self.flush()
        place = self._earlier_place(turn_id)
        if place is not None:
            left = self._earlier[: place + 1]
            self.clear()
            self.show_turns(left)
            return
        ids = list(self._sections)
        keep = ids.index(turn_id) + 1 if turn_id in self._sections else len(ids)
        for id in reversed(ids[keep:]):
            self._sections.pop(id).remove()
        self.blocks.settle()

    def clear(self) -> None:
        self._queue = {}
        self._sections = {}
        self.slices.stop()
        self._earlier, self._more = [], None
        self._wanted, self._sought = 0, None
        self.blocks.splice(0, len(self.blocks.items), ())
        self.blocks.to_bottom()

    def set_loading(self, loading: bool) -> None:
        """A reply without any text says that it waits for the model."""
        self._loading = loading
        last = next(reversed(self._sections.values()), None)
        if isinstance(last, Reply):
            last.refresh_waiting()
            self.blocks.settle()

    def follow(self, address: str) -> None:
        self.link_activated.emit(address)

    def copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def retry(self) -> None:
        self.retry_requested.emit()

    def restart(self) -> None:
        self.restart_requested.emit()

    def do(self, what: str, turn_id: int) -> None:
        self.asked.emit(what, turn_id)

    def call_of(self, turn_id: int) -> ToolCall | None:
        return self._calls.get(turn_id)

    def show_call(self, turn_id: int, call: ToolCall | None) -> None:
        """A reply asks for a call, or for none any more."""
        if call is None:
            self._calls.pop(turn_id, None)
        else:
            self._calls[turn_id] = call
        self.flush()
        section = self._sections.get(turn_id)
        if isinstance(section, Reply):
            section.refresh_end()
            self.blocks.settle()
            if call is not None:
                self.announce(_("The model asks to run {tool}").format(tool=call.name))

    def remedies_of(self, turn_id: int) -> tuple[Action, ...]:
        return self._remedies.get(turn_id, ())

    def show_remedies(self, turn_id: int, actions: tuple[Action, ...]) -> None:
        """What may help against the failure of this reply is known now."""
        self._remedies[turn_id] = actions
        self.flush()
        section = self._sections.get(turn_id)
        if isinstance(section, Reply):
            section.refresh_end()
            self.blocks.settle()

    def open(self, attachment: Attachment) -> None:
        self.attachment_opened.emit(attachment)

    def look(self, attachment: Attachment, seen: Callable[[object], None]) -> None:
        self.picture_wanted.emit(attachment, seen)

    def announce(self, sentence: str) -> None:
        self.announced.emit(sentence)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.blocks, sentence))

    def settle(self) -> None:
        self.blocks.settle()

    def waiting_words(self) -> str:
        return _("Loading the model…") if self._loading else _("Waiting for the model…")

    def _on_moved(self) -> None:
        self._jump.place(shown=not self.blocks.at_bottom and bool(self.blocks.items))
