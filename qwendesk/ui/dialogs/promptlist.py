"""What a conversation can begin with, as a list: this chat, assistants, system prompts, slash commands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qwendesk.api.prompts import PromptTemplate
from qwendesk.chat.conversation import first_line
from qwendesk.chat.prompts.assistants import Assistant
from qwendesk.chat.prompts.shelf import Shelf
from qwendesk.ui.lists.cell import Cell, Deed
from qwendesk.ui.lists.rowlist import RowList
from qwendesk.ui.theme.tokens import SPACE
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.search import search_field
from qwendesk.words import _
from qwendesk.words.problems import Sentence

Kind = Literal["chat", "assistant", "system", "message"]
_REMOVE = Deed("remove", _("Remove"), shown=False)


@dataclass(frozen=True, slots=True)
class Source:
    """Something to begin with. `thing` is None for the chat itself; `own` can be removed."""

    kind: Kind
    title: str
    text: str
    summary: str = ""
    thing: PromptTemplate | Assistant | None = None
    own: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.thing.id if isinstance(self.thing, PromptTemplate) else self.title


def sources(shelf: Shelf, system: str) -> Iterator[Source]:
    """All of them, in the order of the list; `system` is that of the chat in front."""
    yield Source("chat", _("This chat"), system, first_line(system) or _("No system prompt"))
    for one in shelf.assistants:
        yield Source("assistant", one.name, one.system, first_line(one.system), one, own=True)
    for kind in ("system", "message"):
        for prompt in shelf.prompts:
            if prompt.kind == kind:
                own = prompt.id in shelf.own
                yield Source(prompt.kind, prompt.title, prompt.text, prompt.summary, prompt, own)


class PromptList(QWidget):
    """`picked` with the Source that is selected, or None; `removed` with one that shall go."""

    picked = Signal(object)
    removed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._sources: list[Source] = []
        self.field = search_field(_("Search prompts and assistants"))
        self.field.setPlaceholderText(_("Search"))
        self.list: RowList[Source] = RowList(
            _("Prompts and assistants"), lambda one: one.key, _cell, 1, delete="remove"
        )
        self.pages = Pages(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.field)
        layout.addWidget(self.pages, 1)
        self.field.textChanged.connect(lambda _text: self._show())
        self.list.picked.connect(self.picked)
        self.list.done.connect(lambda _deed, source: self.removed.emit(source))
        self.pages.show_loading(_("Reading the prompts…"))

    @property
    def current(self) -> Source | None:
        return self.list.current

    def show_sources(self, sources: list[Source], key: tuple[str, str] | None = None) -> None:
        """These, with the one of this key selected; else what is selected stays so, or the first is."""
        self._sources = sources
        self._show()
        if key is not None:
            self.list.mark(key)
        if self.current is None:
            self.list.setCurrentIndex(self.list.rows.index(0))

    def show_error(self, sentence: Sentence) -> None:
        self.pages.show_error(sentence)

    def _show(self) -> None:
        wanted = self.field.text().casefold().split()
        found = [one for one in self._sources if all(word in _words_of(one) for word in wanted)]
        self.list.show_things(found)
        if found:
            self.pages.show_full()
        else:
            self.pages.show_empty(
                _("Nothing matches"), _("Try fewer words."), _("Show all"), self.field.clear
            )


def kind_word(source: Source) -> str:
    """What it is, in a word or two."""
    if source.kind == "assistant":
        return _("Assistant")
    if source.kind == "message" and isinstance(source.thing, PromptTemplate):
        return f"/{source.thing.id}"
    return _("Own") if source.own else ""


def _words_of(source: Source) -> str:
    return f"{source.title} {source.summary} {kind_word(source)} {source.text}".casefold()


def _cell(source: Source) -> Cell:
    return Cell(
        source.title,
        right=kind_word(source),
        detail=source.summary,
        deeds=(_REMOVE,) if source.own else (),
        tip=source.summary,
    )
