"""Slash commands in the window: called in the composer, filled, sent or put there to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QTextCursor

from qwendesk.api.problem import Problem
from qwendesk.api.prompts import PromptTemplate
from qwendesk.chat.prompts.filling import fill
from qwendesk.chat.prompts.library import PromptLibrary
from qwendesk.chat.prompts.slash import Command
from qwendesk.ui.background import Background
from qwendesk.ui.chat.slashlist import SlashList
from qwendesk.ui.dialogs.asking import AskingDialog
from qwendesk.ui.dialogs.variableform import VariableForm
from qwendesk.ui.window import Window
from qwendesk.words import _
from qwendesk.words.problems import word


class Slashing(QObject):
    """Looks after the list above the composer and the dialog for what a prompt still needs."""

    def __init__(self, window: Window, prompts: PromptLibrary, background: Background) -> None:
        super().__init__(window)
        self._window, self._prompts, self._background = window, prompts, background
        self._composer = window.chat.composer
        self.list = SlashList(self._composer, window.chat)
        self.list.wanted.connect(self.read)
        self.list.called.connect(self._on_called)

    def read(self) -> None:
        """Read what there is, elsewhere."""
        self._background.run(
            partial(self._prompts.list, "message"),
            self.list.show_prompts,
            lambda problem: self._window.notices.show_line("prompts", word(problem.note())),
        )

    def _on_called(self, called: Command) -> None:
        """Sent at once where a text was given or nothing can be; else asked about."""
        if not called.values and called.prompt.variables:
            self.ask(called.prompt)
            return
        try:
            text = fill(called.prompt, called.values)
        except Problem:
            self.ask(called.prompt, called.values)
            return
        self._composer.send(text)

    def ask(self, prompt: PromptTemplate, values: Mapping[str, Any] | None = None) -> None:
        """Ask for the variables; the filled text stands in the composer then."""
        if not prompt.variables:
            self._put(fill(prompt, {}))
            return
        self.dialog(prompt, values or {}).open()

    def dialog(self, prompt: PromptTemplate, values: Mapping[str, Any]) -> AskingDialog:
        """The dialog, not yet shown."""
        form = VariableForm(prompt.variables)
        form.set_values(values)
        made = AskingDialog(prompt.title, prompt.summary, form, _("Fill in"), self._window)
        made.filled.connect(partial(self._on_filled, made, prompt))
        return made

    def _on_filled(self, dialog: AskingDialog, prompt: PromptTemplate, values: Mapping[str, Any]) -> None:
        try:
            text = fill(prompt, values)
        except Problem as problem:
            dialog.show_problem(word(problem.note()))
            return
        dialog.accept()
        self._put(text)

    def _put(self, text: str) -> None:
        """In place of what is typed; what is too long goes the way of a long paste."""
        field, given = self._composer.field, QMimeData()
        given.setText(text)
        cursor = field.textCursor()
        cursor.beginEditBlock()  # one step to undo
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        field.insertFromMimeData(given)
        cursor.endEditBlock()
        self._window.chat.focus_composer()
