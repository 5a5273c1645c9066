"""What is asked before a text is saved: the name of a prompt or of an assistant, and what that replaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from qwendesk.api.options import Option
from qwendesk.api.prompts import PromptKind, PromptTemplate
from qwendesk.chat.prompts.assistants import Assistant
from qwendesk.chat.prompts.drafting import id_of
from qwendesk.chat.prompts.shelf import Shelf
from qwendesk.ui.dialogs.asking import AskingDialog
from qwendesk.ui.dialogs.promptfacts import assistant_facts
from qwendesk.ui.dialogs.promptlist import Source
from qwendesk.ui.widgets.optionfields import ChoiceField, make_field
from qwendesk.ui.widgets.optionform import Form
from qwendesk.words import _

KINDS: dict[str, PromptKind] = {_("System prompt"): "system", _("Slash command"): "message"}
"""The words for what a prompt can be."""


def prompt_dialog(source: Source, shelf: Shelf, parent: QWidget) -> AskingDialog:
    """Asks for title, summary and kind (one of `KINDS`); begins with those of what is shown."""
    is_prompt, is_message = isinstance(source.thing, PromptTemplate), source.kind == "message"
    kinds = tuple(KINDS)
    options = [
        Option("title", _("Name"), "", "text", source.title if is_prompt else ""),
        Option("summary", _("What it does, in a line"), "", "text", source.summary if is_prompt else ""),
        Option("kind", _("Kind"), "", "choice", kinds[1 if is_message else 0], choices=kinds),
    ]
    text = _("Places like {{topic}} in the text are asked for when it is used.")
    made = AskingDialog(_("Save as a prompt of your own"), text, _form(*options), _("Save"), parent)

    def about(values: Mapping[str, Any]) -> str:
        id = id_of(values["title"])
        if not values["title"].strip() or id not in {one.id for one in shelf.prompts}:
            return ""
        if id in shelf.own:
            return _("It replaces your own prompt {id}.").format(id=id)
        return _("It stands in for the prompt {id} that is here, until you remove it.").format(id=id)

    made.tell(about)
    return made


def assistant_dialog(source: Source, current: Assistant, shelf: Shelf, parent: QWidget) -> AskingDialog:
    """Asks for a name; says which model and settings are saved."""
    form = _form(Option("name", _("Name"), "", "text", source.title if source.kind == "assistant" else ""))
    told = assistant_facts(current)
    made = AskingDialog(_("Save as an assistant"), told, form, _("Save"), parent)
    names = {one.name.casefold() for one in shelf.assistants}

    def about(values: Mapping[str, Any]) -> str:
        taken = values["name"].strip().casefold() in names
        return _("It replaces the assistant of this name.") if taken else ""

    made.tell(about)
    return made


def _form(*options: Option) -> Form:
    return Form(options, None, lambda one: _Choice(one) if one.kind == "choice" else make_field(one))


class _Choice(ChoiceField):
    """What it begins with is nothing special."""

    def _tell(self) -> None:
        self.reset.hide()
