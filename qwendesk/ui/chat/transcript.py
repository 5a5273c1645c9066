"""The conversation: turns as sections of one flat list, deltas on the screen at most once a frame."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qwendesk.api.reply import ReplyEvent
from qwendesk.chat.conversation import Turn
from qwendesk.ui.chat.blocklist import BlockList
from qwendesk.ui.chat.jump import JumpButton
from qwendesk.ui.chat.reply import Reply
from qwendesk.ui.chat.section import Question
from qwendesk.words import _

FRAME = 16
"""Milliseconds."""


class Transcript(QWidget):
    """Renders turns and events; holds no rules."""

    link_activated = Signal(str)
    retry_requested = Signal()
    restart_requested = Signal()
    announced = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.blocks = BlockList(self)
        self.blocks.setAccessibleName(_("Conversation"))
        self.blocks.viewport().setAccessibleName(_("Conversation"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.blocks)
        self._sections: dict[int, Question | Reply] = {}
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
        return len(self._sections)

    def add_turn(self, turn: Turn, place: tuple[int, int] = (1, 1)) -> None:
        """A turn at the end. The reader is taken along when it is the user's own."""
        self.flush()
        for section in list(self._sections.values())[-2:]:
            if isinstance(section, Reply):
                section.set_last(False)
        if turn.role == "user":
            self._sections[turn.id] = Question(self.blocks, turn, self)
            self.blocks.to_bottom()
        else:
            self._sections[turn.id] = Reply(self.blocks, turn, self)
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
        ids = list(self._sections)
        keep = ids.index(turn_id) + 1 if turn_id in self._sections else len(ids)
        for id in reversed(ids[keep:]):
            self._sections.pop(id).remove()
        self.blocks.settle()

    def clear(self) -> None:
        self._queue = {}
        self._sections = {}
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

    def announce(self, sentence: str) -> None:
        self.announced.emit(sentence)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.blocks, sentence))

    def settle(self) -> None:
        self.blocks.settle()

    def waiting_words(self) -> str:
        return _("Loading the model…") if self._loading else _("Waiting for the model…")

    def _on_moved(self) -> None:
        self._jump.place(shown=not self.blocks.at_bottom and bool(self.blocks.items))
