"""The prompts and assistants that are kept: read for their dialog, saved, removed, taken in, written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from qwendesk.api.problem import Problem
from qwendesk.api.prompts import PromptTemplate
from qwendesk.app import App
from qwendesk.chat.prompts.assistants import Assistant
from qwendesk.chat.prompts.drafting import drafted
from qwendesk.chat.prompts.shelf import Shelf, read_shelf
from qwendesk.ui.background import Background
from qwendesk.ui.dialogs.asking import AskingDialog
from qwendesk.ui.dialogs.assistant import AssistantDialog
from qwendesk.ui.dialogs.promptlist import Source
from qwendesk.ui.dialogs.saving import KINDS, assistant_dialog, prompt_dialog
from qwendesk.words import _, ngettext
from qwendesk.words.problems import Sentence, word

_FILES = _("Prompts (*.toml);;All files (*)")
Key = tuple[str, str]


class Shelving(QObject):
    """Lives as long as its dialog. `changed` after something was kept or removed."""

    changed = Signal()

    def __init__(
        self, dialog: AssistantDialog, app: App, background: Background, current: Callable[[], Assistant]
    ) -> None:
        """`current`: the model and the settings in use, which an assistant is saved with."""
        super().__init__(dialog)
        self._dialog, self._background, self._current = dialog, background, current
        self._prompts, self._assistants = app.prompts, app.assistants
        self._shelf = Shelf()
        dialog.save_requested.connect(self._on_save)
        dialog.remove_requested.connect(self._on_remove)
        dialog.import_requested.connect(self._on_import)
        dialog.export_requested.connect(self._on_export)

    def read(
        self, key: Key | None = None, said: Sentence | None = None, undo: Callable[[], None] | None = None
    ) -> None:
        """Read everything elsewhere and show it; say this then."""

        def show(shelf: Shelf) -> None:
            self._shelf = shelf
            self._dialog.show_shelf(shelf, key)
            if said is not None:
                self._dialog.line.tell(said, undo, _("Undo") if undo is not None else "")

        self._do(
            partial(read_shelf, self._prompts, self._assistants),
            show,
            lambda problem: self._dialog.show_error(word(problem.note())),
        )

    def _do(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Problem], None] | None = None,
    ) -> None:
        """Nobody hears of it once the dialog is gone."""
        task = self._background.run(work, done, failed or self._failed)
        self._dialog.destroyed.connect(task.cancel)

    def _failed(self, problem: Problem) -> None:
        self._dialog.line.tell(word(problem.note()), bad=True)

    def _kept(self, key: Key | None, said: Sentence, undo: Callable[[], None] | None = None) -> None:
        self.changed.emit()
        self.read(key, said, undo)

    def _on_save(self, what: str) -> None:
        source = self._dialog.sheet.source
        assert source is not None
        if what == "prompt":
            asked = prompt_dialog(source, self._shelf, self._dialog)
            asked.filled.connect(partial(self._save_prompt, asked, source.thing))
        else:
            current = self._current()
            asked = assistant_dialog(source, current, self._shelf, self._dialog)
            asked.filled.connect(partial(self._save_assistant, asked, current))
        asked.open()

    def _save_prompt(self, dialog: AskingDialog, thing: object, values: Mapping[str, Any]) -> None:
        base = thing if isinstance(thing, PromptTemplate) else None
        kind, text = KINDS[values["kind"]], self._dialog.sheet.text
        try:
            prompt = drafted(values["title"], kind, text, values["summary"], base)
        except Problem as problem:
            dialog.show_problem(word(problem.note()))
            return
        dialog.accept()
        said = Sentence(_("{title} is saved.").format(title=prompt.title))
        self._do(
            partial(self._prompts.save, prompt), lambda _none: self._kept((prompt.kind, prompt.id), said)
        )

    def _save_assistant(self, dialog: AskingDialog, current: Assistant, values: Mapping[str, Any]) -> None:
        name = values["name"].strip()
        try:
            assistant = replace(current, name=name, system=self._dialog.sheet.text)
        except Problem as problem:
            dialog.show_problem(word(problem.note()))
            return
        dialog.accept()
        said = Sentence(_("{title} is saved.").format(title=name))
        self._do(
            partial(self._assistants.save, assistant), lambda _none: self._kept(("assistant", name), said)
        )

    def _on_remove(self, source: Source) -> None:
        thing = source.thing
        if isinstance(thing, PromptTemplate):
            self._remove(partial(self._prompts.remove, thing.id), partial(self._prompts.save, thing), source)
        elif isinstance(thing, Assistant):
            self._remove(
                partial(self._assistants.remove, thing.name), partial(self._assistants.save, thing), source
            )

    def _remove(self, gone: Callable[[], None], back: Callable[[], None], source: Source) -> None:
        said = Sentence(_("{title} is removed.").format(title=source.title))
        again = Sentence(_("{title} is back.").format(title=source.title))

        def undo() -> None:
            self._do(back, lambda _none: self._kept(source.key, again))

        self._do(gone, lambda _none: self._kept(None, said, undo))

    def _on_import(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(self._dialog, _("Import prompts"), "", _FILES)
        if path:
            self._import(Path(path), replace=False)

    def _import(self, path: Path, replace: bool) -> None:
        def done(found: tuple[PromptTemplate, ...]) -> None:
            count = len(found)
            said = ngettext("{n} prompt was taken in.", "{n} prompts were taken in.", count).format(n=count)
            self._kept((found[0].kind, found[0].id) if found else None, Sentence(said))

        def failed(problem: Problem) -> None:
            if problem.id != "prompt_taken":
                self._failed(problem)
                return
            said = Sentence(word(problem.note()).what)
            self._dialog.line.tell(
                said, lambda: self._import(path, replace=True), _("Import and replace"), bad=True
            )

        self._do(partial(self._prompts.import_file, path, replace=replace), done, failed)

    def _on_export(self, id: str) -> None:
        ids = (id,) if id else tuple(sorted(self._shelf.own))
        name = f"{id or 'prompts'}.toml"
        path, _filter = QFileDialog.getSaveFileName(self._dialog, _("Export prompts"), name, _FILES)
        if not path or not ids:
            return
        said = Sentence(_("Written to {path}.").format(path=path))
        self._do(
            partial(self._prompts.export_file, ids, Path(path)), lambda _none: self._dialog.line.tell(said)
        )
