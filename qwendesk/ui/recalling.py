"""The conversations that were held, in the window: listed, searched, opened, put in order, thrown away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QInputDialog

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.chat.conversation import Conversation
from qwendesk.chat.history import Entry, Hit
from qwendesk.chat.writer import ConversationsChanged, HistoryNotSaved, HistorySaved
from qwendesk.ui.background import Background, Task
from qwendesk.ui.conversing import Conversing
from qwendesk.ui.dialogs.remove import remove_dialog
from qwendesk.ui.docks.chats import ChatsView
from qwendesk.ui.turns import Turns
from qwendesk.ui.window import Window
from qwendesk.words import _
from qwendesk.words.problems import Sentence, word

_AFTER_MS = 300
SETTING = "window.chat"


class Recalling(QObject):
    """`export_requested` with the id of a conversation."""

    export_requested = Signal(object)
    looked = Signal()

    def __init__(
        self, window: Window, app: App, background: Background, conversing: Conversing, view: ChatsView
    ) -> None:
        super().__init__(window)
        self._window, self._background, self._conversing, self._view = window, background, conversing, view
        self._history, self._settings = app.history, app.settings
        self._run = Turns(background, self.failed).add
        self._searching: Task | None = None
        self._opening: Task | None = None
        self._reading = self._stale = False
        self._shown = 0
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._soon.timeout.connect(self.refresh)
        view.asked.connect(self._on_asked)
        view.searched.connect(self.search)
        view.new_requested.connect(conversing.new_chat)
        view.refresh_requested.connect(self.refresh)
        conversing.changed.connect(self._on_changed)
        conversing.draft_changed.connect(self._on_draft)
        conversing.asked.connect(self._on_turn)

    def on_event(self, event: object) -> None:
        """What happened, told by the bridge on this thread."""
        match event:
            case ConversationsChanged():
                self._soon.start()
            case HistoryNotSaved():
                self._window.notices.show_line("history", word(event.problem))
            case HistorySaved():
                self._window.notices.dismiss("history")

    def refresh(self) -> None:
        """Read the list again; while that goes on, once more afterwards."""
        if self._reading:
            self._stale = True
            return
        self._reading = True
        self._background.run(self._history.entries, self._on_entries, self._on_no_entries)

    def _on_entries(self, entries: list[Entry]) -> None:
        self._view.show_entries(entries)
        self._mark()
        self._read()

    def _on_no_entries(self, problem: Problem) -> None:
        self._view.show_error(word(problem.note()))
        self._read()

    def _read(self) -> None:
        self._reading = False
        if self._stale:
            self._stale = False
            self.refresh()
        self.looked.emit()

    def search(self, words: str) -> None:
        """Look for these words in every message."""
        if self._searching is not None:
            self._searching.cancel()
        if not words:
            self._view.show_hits("", ())
            return
        self._searching = self._background.run(
            partial(self._history.search, words), partial(self._view.show_hits, words), self.failed
        )

    def begin(self) -> None:
        """Bring the conversation of the last time to the front, empty the trash of what is old, and list."""
        self._run(self._history.tidy)
        self._run(self._history.settle)
        if last := self._settings.number(SETTING, 0):
            self._open(last, failed=lambda _problem: None)
        self.refresh()

    def open(self, id: int, message: int | None = None) -> None:
        """Bring a conversation to the front, at a message or at its end."""
        self._open(id, message, self.failed)

    def _open(self, id: int, message: int | None = None, failed: Any = None) -> None:
        if self._opening is not None:
            self._opening.cancel()
        self._opening = self._background.run(
            partial(self._history.open, id), partial(self._on_opened, message), failed
        )

    def _on_opened(self, message: int | None, conversation: Conversation) -> None:
        if conversation.about.trashed is not None:
            return
        if message is not None and message not in {one.id for one in conversation.turns}:
            conversation.choose(message)
        self._conversing.show(conversation)
        if message is not None:
            QTimer.singleShot(0, self, lambda: self._window.chat.reveal(message))

    def _on_changed(self) -> None:
        """Which one is in front is kept, so that it is there the next time."""
        talk = self._conversing.talk
        front = talk.conversation if talk is not None else None
        id = front.id if front is not None and front.turns else 0
        if id != self._shown:
            self._shown = id
            self._run(partial(self._settings.set, SETTING, id or None))
            self._mark()

    def _mark(self) -> None:
        self._view.mark(self._shown)

    def _on_draft(self, conversation: Conversation) -> None:
        """A draft is kept as it is typed, also that of a chat in which nothing was said yet."""
        self._history.writer.put(conversation.about)

    def _on_asked(self, what: str, row: Entry | Hit) -> None:
        if isinstance(row, Hit):
            self.open(row.conversation, row.message)
            return
        id = row.about.id
        match what:
            case "open":
                self.open(id)
            case "rename":
                self._ask_for(id, "title", _("Rename the chat"), row.about.title)
            case "folder":
                self._ask_for(id, "folder", _("Folder (empty for none)"), row.about.folder)
            case "pin" | "unpin":
                self._change(id, pinned=what == "pin")
            case "archive" | "unarchive":
                self._change(id, archived=what == "archive")
            case "delete":
                self.delete(row)
            case "restore":
                self._change(id, trashed=None)
            case "remove":
                remove_dialog(row.about, partial(self._run, self._remove(id)), self._window).open()
            case "export":
                self.export_requested.emit(id)

    def _remove(self, id: int) -> Callable[[], None]:
        return partial(self._history.remove, (id,))

    def _ask_for(self, id: int, what: str, question: str, before: str) -> None:
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(question)
        dialog.setLabelText(question)
        dialog.setTextValue(before)
        dialog.textValueSelected.connect(lambda text: self._change(id, **{what: text.strip()}))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _change(self, id: int, **values: Any) -> None:
        self._conversing.take_over(id, values)
        self._run(partial(self._history.change, id, **values))

    def delete(self, entry: Entry) -> None:
        """To the trash, with a way back."""
        id = entry.about.id
        if id == self._shown:
            self._conversing.new_chat()
        self._run(partial(self._history.trash, id))
        title = entry.about.title or _("The chat")
        self._window.notices.show_line(
            "trashed", Sentence(_("{title} is in the trash.").format(title=title)), _("Undo"),
            partial(self._undo, id),
        )  # fmt: skip

    def _undo(self, id: int) -> None:
        self._window.notices.dismiss("trashed")
        self._change(id, trashed=None)

    def _on_turn(self, what: str, turn: Any) -> None:
        talk = self._conversing.talk
        if what == "branch" and talk is not None:
            branch = talk.conversation.branched(turn.id)
            self._history.save(branch)
            self._conversing.show(branch)

    def failed(self, problem: Problem) -> None:
        self._window.notices.show_line("history", word(problem.note()))
