"""The system prompt of the chat in front, the prompts it may come from, and assistants."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from qwendesk.api.problem import Problem
from qwendesk.api.prompts import PromptTemplate
from qwendesk.chat.prompts.assistants import Assistant
from qwendesk.chat.prompts.drafting import drafted
from qwendesk.chat.prompts.shelf import Shelf
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.dialogs.promptlist import PromptList, Source, sources
from qwendesk.ui.dialogs.promptsheet import PromptSheet
from qwendesk.ui.dialogs.toldline import ToldLine
from qwendesk.ui.slices import Slices
from qwendesk.ui.theme.tokens import GAP, SPACE
from qwendesk.ui.widgets.parts import button, column, label, look_again, row
from qwendesk.words import _
from qwendesk.words.problems import Sentence, word

_SIZE, _LIST = QSize(920, 660), 300


@dataclass(frozen=True, slots=True)
class Front:
    """The chat that the dialog is about.

    Args:
        system: its system message.
        begun: it has replies, so that a model has read what stands before them.
        ready: there is a model to talk with.
    """

    system: str = ""
    begun: bool = False
    ready: bool = False


class AssistantDialog(Dialog):
    """Says what is wanted and stays until it is told to close."""

    use_requested = Signal(str, object)
    """A system message, and the prompt whose recommended settings go with it, or None."""
    start_requested = Signal(object)
    message_requested = Signal(object)
    """A slash command, perhaps with a text that was changed here."""
    save_requested = Signal(str)
    """What the text is saved as: "prompt" or "assistant"."""
    remove_requested = Signal(object)
    import_requested = Signal()
    export_requested = Signal(str)
    """Which prompts: the id of one, or an empty text for all of the user's own."""

    def __init__(self, front: Front, parent: QWidget, slices: Slices | None = None) -> None:
        super().__init__(_("System prompt and assistants"), parent, width=720)
        self.front = front
        self.list, self.sheet = PromptList(), PromptSheet(slices)
        self.list.setFixedWidth(_LIST)
        self.files = button(_("Import and export"))
        self.remove = button(_("Remove"), "", self._on_remove)
        left = column(self.list, row(self.files, self.remove, 1), space=SPACE)
        left.setStretch(0, 1)
        both = row(left, self.sheet, space=GAP)
        both.setStretch(1, 1)
        self.body.addLayout(both, 1)
        self.line = ToldLine(self.minimumWidth() // 2)
        self.body.addWidget(self.line)
        self.save, self.use, self.start = self._made_buttons()
        self.cost = label(_("The next reply reads the whole chat anew."), "small")
        self.cost.setToolTip(
            _("What the model keeps of a chat holds up to the first word that is another one.")
        )
        close = button(_("Close"), "", self.reject)
        self.body.addLayout(row(self.cost, 1, close, self.save, self.use, self.start))
        self._fill_menus()
        self.list.picked.connect(self._on_picked)
        self.list.removed.connect(self.remove_requested)
        self.sheet.changed.connect(self._refresh)
        self.sheet.much_pasted.connect(self._on_much_pasted)
        self.sheet.show_source(next(sources(Shelf(), front.system)))
        self.resize(_SIZE)

    def _made_buttons(self) -> tuple[QPushButton, QPushButton, QPushButton]:
        save = button(_("Save as"))
        use = button(_("Use in this chat"), "primary", self._on_use)
        start = button(_("Start a new chat"), "primary", self._on_start)
        return save, use, start

    def _fill_menus(self) -> None:
        saves, files = QMenu(self.save), QMenu(self.files)
        for what, title in (("prompt", _("A prompt of your own…")), ("assistant", _("An assistant…"))):
            saves.addAction(title).triggered.connect(
                lambda _checked, what=what: self.save_requested.emit(what)
            )
        files.addAction(_("Import prompts…")).triggered.connect(lambda _checked: self.import_requested.emit())
        self.one = files.addAction(_("Export this prompt…"))
        self.one.triggered.connect(lambda _checked: self.export_requested.emit(self._prompt_id()))
        self.all = files.addAction(_("Export all of your own…"))
        self.all.triggered.connect(lambda _checked: self.export_requested.emit(""))
        self.save.setMenu(saves)
        self.files.setMenu(files)

    def show_shelf(self, shelf: Shelf, key: tuple[str, str] | None = None) -> None:
        """What there is; `key` is selected."""
        self.all.setEnabled(bool(shelf.own))
        self.list.show_sources(list(sources(shelf, self.front.system)), key)
        self._on_picked(self.list.current)
        if shelf.problems:
            self.line.tell(word(shelf.problems[0].note()), bad=True)

    def show_error(self, sentence: Sentence) -> None:
        self.list.show_error(sentence)

    def _prompt_id(self) -> str:
        thing = self.sheet.source.thing if self.sheet.source is not None else None
        return thing.id if isinstance(thing, PromptTemplate) else ""

    def _on_picked(self, source: Source | None) -> None:
        before = self.sheet.source
        if source is not None and source != before:
            self.line.tell(None)
            self.sheet.show_source(source)
        self._refresh()

    def _refresh(self) -> None:
        """What can be done with what is shown."""
        source, text = self.sheet.source, self.sheet.text
        if source is None:
            return
        changes = text != self.front.system
        gone = not text.strip()
        self.use.setText(_("Take it out of this chat") if gone and changes else _("Use in this chat"))
        if source.kind == "message":
            self.use.setText(_("Use in a message"))
        self.use.setEnabled(self.front.ready and (changes or source.kind == "message"))
        self.use.setToolTip("" if self.front.ready else _("Choose a model first."))
        is_assistant = source.kind == "assistant"
        look_again(self.use, "look", "" if is_assistant else "primary")
        self.start.setVisible(is_assistant)
        self.start.setEnabled(self.front.ready)
        self.start.setToolTip(self.use.toolTip())
        self.save.setEnabled(not gone or source.kind == "chat")
        self.remove.setEnabled(source.own)
        self.one.setEnabled(bool(self._prompt_id()))
        self.cost.setVisible(self.front.begun and changes and source.kind != "message")

    def _on_use(self) -> None:
        source, text = self.sheet.source, self.sheet.text
        if source is None:
            return
        if source.kind == "message" and isinstance(source.thing, PromptTemplate):
            self._use_message(source.thing, text)
            return
        goes_along = self.sheet.recommended.isChecked() and not self.sheet.recommended.isHidden()
        self.use_requested.emit(text, source.thing if goes_along else None)

    def _use_message(self, prompt: PromptTemplate, text: str) -> None:
        try:
            if text != prompt.text:
                prompt = drafted(prompt.title, "message", text, prompt.summary, prompt)
        except Problem as problem:
            self.line.tell(word(problem.note()), bad=True)
            return
        self.message_requested.emit(prompt)

    def _on_start(self) -> None:
        source = self.sheet.source
        if source is not None and isinstance(source.thing, Assistant):
            self.start_requested.emit(replace(source.thing, system=self.sheet.text))

    def _on_remove(self) -> None:
        if self.sheet.source is not None and self.sheet.source.own:
            self.remove_requested.emit(self.sheet.source)

    def _on_much_pasted(self) -> None:
        long = Sentence(_("That text is too long to be edited here."), _("Send it with a message instead."))
        self.line.tell(long, bad=True)
