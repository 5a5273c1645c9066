"""Conversations as files, in the window: written in any of the formats, and taken in from other programs."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from qwendesk.api.exporting import ExporterSpec
from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.chat.conversation import Conversation
from qwendesk.chat.exporting.export import EXTENSIONS, Format, encodable, export, exported
from qwendesk.chat.importing.reading import read_conversations
from qwendesk.chat.importing.taking import Taken, take_in
from qwendesk.system.settings import write_atomically
from qwendesk.ui.background import Background
from qwendesk.ui.conversing import Conversing
from qwendesk.ui.pdf import write_pdf
from qwendesk.ui.window import Window
from qwendesk.words import _, ngettext
from qwendesk.words.exporting import labels
from qwendesk.words.problems import Sentence, word

_TOPIC = "export"
_UNSAFE = re.compile(r"[^\w-]+")
_LONGEST_NAME = 60


class Exporting(QObject):
    """Everything that takes time happens elsewhere; a line says what came of it."""

    def __init__(self, window: Window, app: App, background: Background, conversing: Conversing) -> None:
        super().__init__(window)
        self._window, self._background, self._conversing = window, background, conversing
        self._history, self._plugins = app.history, app.plugins

    def export_front(self) -> None:
        """Write the conversation in front."""
        talk = self._conversing.talk
        if talk is not None and talk.conversation.turns:
            self._ask(talk.conversation)

    def export(self, id: int) -> None:
        """Write a conversation that was kept."""
        self._background.run(partial(self._history.open, id), self._ask, self._failed)

    def _ask(self, conversation: Conversation) -> None:
        title = _UNSAFE.sub("-", conversation.about.title).strip("-")[:_LONGEST_NAME] or "chat"
        path, chosen = QFileDialog.getSaveFileName(
            self._window, _("Export the chat"), f"{title}.md", ";;".join(self._filters())
        )
        if path:
            self.write(conversation, Path(path), self._filters().get(chosen, ""))

    def _filters(self) -> dict[str, str]:
        """What the file dialog offers, and the formats' names."""
        titles: dict[str, str] = {
            "md": "Markdown",
            "html": "HTML",
            "pdf": "PDF",
            "json": _("JSON, with every version"),
            "txt": _("Plain text"),
        }
        found = {f"{title} (*.{id})": id for id, title in titles.items()}
        return found | {f"{one.title} (*.{one.extension})": one.id for one in self._plugins.exporters()}

    def write(self, conversation: Conversation, path: Path, format: str = "") -> None:
        """Write it; without a format the name's ending says which."""
        ending = path.suffix.removeprefix(".").lower()
        wanted = format or (ending if ending in {*EXTENSIONS, "pdf"} else "md")
        specs = {one.id: one for one in self._plugins.exporters()}
        extension = specs[wanted].extension if wanted in specs else wanted
        target = path if path.suffix else path.with_name(f"{path.name}.{extension}")
        self._window.notices.show_line(_TOPIC, Sentence(_("Writing {file}…").format(file=target.name)))
        self._background.run(
            partial(_write, conversation, target, wanted, specs.get(wanted)),
            lambda _none: self._done(target),
            self._failed,
        )

    def _done(self, path: Path) -> None:
        self._window.notices.show_line(_TOPIC, Sentence(_("The chat is in {path}.").format(path=path)))

    def ask_for_import(self) -> None:
        paths, _chosen = QFileDialog.getOpenFileNames(
            self._window, _("Import chats"), "", _("Exports (*.json *.jsonl *.zip);;All files (*)")
        )
        for path in paths:
            self.take_in(Path(path))

    def take_in(self, path: Path) -> None:
        """Chats of QwenDesk, ChatGPT, LM Studio, Jan, or in the shape of OpenAI's API."""
        self._window.notices.show_line(_TOPIC, Sentence(_("Reading {file}…").format(file=path.name)))

        def work() -> Taken:
            return take_in(self._history, read_conversations(path, self._history.attach))

        self._background.run(work, partial(self._on_taken, path), self._failed)

    def _on_taken(self, path: Path, taken: Taken) -> None:
        told = ngettext("{file}: {n} chat was taken in.", "{file}: {n} chats were taken in.", taken.new)
        parts = [told.format(file=path.name, n=taken.new)]
        if taken.old:
            parts.append(
                ngettext("{n} was here already.", "{n} were here already.", taken.old).format(n=taken.old)
            )
        skipped = str(word(taken.skipped[0])) if taken.skipped else ""
        self._window.notices.show_line(_TOPIC, Sentence(" ".join(parts), skipped))

    def _failed(self, problem: Problem) -> None:
        self._window.notices.show_line(_TOPIC, word(problem.note()))


def _write(conversation: Conversation, path: Path, format: str, spec: ExporterSpec | None) -> None:
    """Raises Problem `export_not_saved` or `export_failed`."""
    if format == "pdf":
        page = export(conversation, "html", labels=labels())
        write_pdf(page, conversation.about.title, path)
        return
    known: dict[str, Format] = {str(one): one for one in EXTENSIONS}
    if spec is None:
        text = export(conversation, known[format], labels=labels())
    else:
        try:
            text = encodable(spec.export(exported(conversation)))
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:
            detail = f"{type(error).__name__}: {error}"[:300]
            raise Problem("export_failed", format=spec.id, detail=detail) from error
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise Problem("export_not_saved", path=str(path), detail=error.strerror or str(error)) from error
