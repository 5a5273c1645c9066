"""Attachments of the next message: read in turn, shown as chips, handed over when sent."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from qwendesk.api.problem import Problem
from qwendesk.chat.history import History
from qwendesk.chat.turn import Attachment
from qwendesk.ui.background import Background, Task
from qwendesk.ui.chat.chip import Chip
from qwendesk.ui.chat.given import Given
from qwendesk.ui.conversing import Conversing
from qwendesk.ui.counting import Counting
from qwendesk.ui.dialogs.attached import AttachedDialog
from qwendesk.ui.intake import Taken, refused, taken
from qwendesk.ui.pictures import small_picture
from qwendesk.ui.window import Window
from qwendesk.words import _
from qwendesk.words.figures import length, tokens
from qwendesk.words.problems import word


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is read now, and how to stop it."""

    id: int
    task: Task
    stop: threading.Event


class Attaching(QObject):
    """The row of chips shows what is held here; it says which of it belongs to the message in front."""

    def __init__(
        self, window: Window, history: History, background: Background, conversing: Conversing
    ) -> None:
        super().__init__(window)
        self._window, self._history, self._background = window, history, background
        self._conversing = conversing
        self._row = window.chat.composer.attachments
        self._held: dict[int, Taken] = {}
        self._queue: deque[tuple[int, str, Given]] = deque()
        self._reading: _Reading | None = None
        self._counting = Counting(background, conversing, self)
        self._counting.counted.connect(self._show)
        self._counting.began_anew.connect(self._show_all)
        self._row.given.connect(self._on_given)
        self._row.removed.connect(self._on_removed)
        self._row.opened.connect(self._on_opened)
        window.chat.composer.attach.clicked.connect(self.choose)
        window.chat.attachment_opened.connect(self.open)
        window.chat.picture_wanted.connect(self._on_picture_wanted)
        self._row.changed.connect(conversing.count_soon)
        conversing.take_attachments, conversing.attached_tokens = self.take, self.tokens
        self._on_given()

    def choose(self) -> None:
        """Ask for files."""
        paths, _filter = QFileDialog.getOpenFileNames(self._window, _("Attach files"))
        for path in paths:
            self._row.add(Path(path))

    def take(self) -> tuple[Attachment, ...]:
        """The attachments of the message in front, which is sent now."""
        ids = [id for id, chip in self._row.chips.items() if chip.state == "ready"]
        sent = tuple(self._attachment(id) for id in ids)
        self._row.clear()
        for id in ids:
            self._forget(id)
        return sent

    def _attachment(self, id: int) -> Attachment:
        return replace(self._held[id].attachment, tokens=self._counting.of(id))

    def tokens(self) -> int:
        """Of the attachments of the message in front, as far as they are counted."""
        return sum(self._counting.of(id) or 0 for id in self._row.chips)

    def close(self) -> None:
        """The window goes."""
        self._queue.clear()
        if self._reading is not None:
            self._reading.stop.set()

    def _on_given(self) -> None:
        self._queue.extend(self._row.take())
        self._read_next()

    def _read_next(self) -> None:
        """One at a time: threads that all read slow each other and the window."""
        if self._reading is not None or not self._queue:
            return
        id, name, one = self._queue.popleft()
        stop = threading.Event()
        task = self._background.run(
            partial(taken, one, name, self._history, stop.is_set),
            partial(self._on_read, id),
            partial(self._on_unread, id, name),
        )
        self._reading = _Reading(id, task, stop)

    def _on_read(self, id: int, read: Taken) -> None:
        self._held[id] = read
        self._read_on()
        if read.text:
            self._counting.add(id, read.text)
        self._show(id)

    def _on_unread(self, id: int, name: str, problem: Problem) -> None:
        self._read_on()
        self._row.show_chip(Chip(id, name, "failed", problem=str(word(problem.note()))))

    def _read_on(self) -> None:
        self._reading = None
        self._read_next()

    def _on_removed(self, id: int) -> None:
        """Taken out: what was kept of it goes, too, unless it is kept for something else."""
        self._queue = deque(one for one in self._queue if one[0] != id)
        if self._reading is not None and self._reading.id == id:
            self._reading.stop.set()
            self._reading.task.cancel()
            self._read_on()
        gone = self._held.get(id)
        self._forget(id)
        if gone is not None and gone.attachment.sha256 not in self._hashes():
            self._background.run(
                partial(self._history.forget, gone.attachment), lambda _: None, lambda _: None
            )

    def _hashes(self) -> set[str]:
        return {one.attachment.sha256 for one in self._held.values()}

    def _forget(self, id: int) -> None:
        self._held.pop(id, None)
        self._counting.drop(id)

    def _show_all(self) -> None:
        """Another model counts differently, and may not see or hear."""
        for id in self._held:
            self._show(id)

    def _show(self, id: int) -> None:
        held = self._held.get(id)
        if held is None or not self._row.has(id):
            return
        problem = self._refusal(held)
        self._row.show_chip(
            Chip(
                id,
                held.attachment.name,
                "refused" if problem else "ready",
                held.size,
                self._detail(id, held),
                tuple(str(word(note)) for note in held.notes),
                problem,
                held.picture,
            )
        )

    def _detail(self, id: int, held: Taken) -> str:
        if held.picture is not None:
            return f"{held.pixels[0]:,} × {held.pixels[1]:,}"
        if held.attachment.kind == "audio":
            return length(held.seconds) if held.seconds else ""
        count = self._counting.of(id)
        if count is not None:
            return tokens(count)
        return _("counting…") if self._counting.can_count else ""

    def _refusal(self, held: Taken) -> str:
        """Why the loaded model cannot be sent this; empty where it can, or where none is loaded."""
        report, talk = self._conversing.report, self._conversing.talk
        if not self._counting.can_count or report is None:
            return ""
        assert talk is not None
        problem = refused(held, report, talk.choice.model.title)
        return str(word(problem.note())) if problem is not None else ""

    def _on_opened(self, id: int) -> None:
        if id in self._held:
            self.open(self._attachment(id))

    def open(self, attachment: Attachment) -> None:
        """Show what is in it."""
        AttachedDialog(attachment, self._background, self._window).open()

    def _on_picture_wanted(self, attachment: Attachment, seen: Callable[[QImage | None], None]) -> None:
        def look() -> QImage:
            return small_picture(attachment.name, attachment.read())

        self._background.run(look, seen, lambda _: seen(None))
